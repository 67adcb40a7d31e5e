from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from school_erp.core.access import Actor
from school_erp.core.errors import NotFound
from school_erp.extensions import db
from school_erp.messages.models import Message
from school_erp.schools.roles import OFFICE, Role, anyone_who_is


class Permission(StrEnum):
    READ = "messages:message:read"
    DECIDE = "messages:message:decide"
    OWN = "messages:message:own"


POLICY = {
    Permission.READ: anyone_who_is(*OFFICE),
    Permission.DECIDE: anyone_who_is(*OFFICE),
    Permission.OWN: anyone_who_is(Role.GUARDIAN),
}


def message_for(actor: Actor, message_id: UUID, *, hold: bool = False) -> Message:
    """Where held, nothing else moves it until the transaction ends."""
    found = db.session.get(
        Message, (actor.school_id, message_id), with_for_update=hold, populate_existing=hold
    )
    if found is None:
        raise NotFound
    return found
