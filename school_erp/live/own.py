from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.core.clock import now
from school_erp.live.queries.sessions import open_to
from school_erp.live.queries.standing import standing_of
from school_erp.live.showing import own_session_shown


def own_sessions(school_id: UUID, student_id: UUID) -> list[dict[str, Any]]:
    """The sessions on whose lists one is and that are not over, newest first."""
    sessions = open_to(school_id, student_id, now())
    found = standing_of(sessions, [student_id]).get(student_id, ()) if sessions else ()
    standing = {each.session_id: each for each in found}
    return [own_session_shown(session, standing[session.id]) for session in sessions]
