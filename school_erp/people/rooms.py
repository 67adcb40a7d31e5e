from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from school_erp.core.access import Actor
from school_erp.core.errors import Forbidden, NotFound
from school_erp.extensions import db
from school_erp.people.models import Person
from school_erp.realtime.rooms import USER, Admission, RoomKind


def into_own(actor: Actor, person_id: UUID) -> None:
    if person_id == actor.person_id:
        return
    if db.session.get(Person, (actor.school_id, person_id)) is None:
        raise NotFound
    raise Forbidden


ADMISSIONS: Mapping[RoomKind, Admission] = {USER: into_own}
