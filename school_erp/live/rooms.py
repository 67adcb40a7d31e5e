from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from school_erp.core.access import Actor, may
from school_erp.core.errors import Forbidden
from school_erp.live.access import Permission, session_to_attend, sessions_to_run
from school_erp.live.events import IN_SESSION, SESSION
from school_erp.realtime.rooms import Admission, RoomKind


def into_running(actor: Actor, live_id: UUID) -> None:
    if not may(Permission.RUN, actor):
        raise Forbidden
    sessions_to_run(actor, live_id)


def into_attending(actor: Actor, live_id: UUID) -> None:
    if may(Permission.RUN, actor):
        sessions_to_run(actor, live_id)
    elif may(Permission.ATTEND, actor):
        session_to_attend(actor, live_id)
    else:
        raise Forbidden


ADMISSIONS: Mapping[RoomKind, Admission] = {SESSION: into_running, IN_SESSION: into_attending}
