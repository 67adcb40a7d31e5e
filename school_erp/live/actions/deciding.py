"""A teacher's word on a check-in that was flagged."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from school_erp.attendance.actions.withdrawing import withdraw_mark
from school_erp.attendance.marking import Marker
from school_erp.attendance.queries.ground import Place
from school_erp.core.clock import now
from school_erp.extensions import db
from school_erp.live.actions.tallying import count_anew
from school_erp.live.arrivals import Session
from school_erp.live.errors import NothingFlagged
from school_erp.live.models import CheckIn
from school_erp.live.pulse import tell_soon
from school_erp.live.vocabulary import Decision


@dataclass(frozen=True, slots=True)
class Ruling:
    session: Session
    student_id: UUID
    decision: Decision
    reason: str


def decide(ruling: Ruling, marker: Marker) -> None:
    """Rejecting takes back the mark that the check-in made, but none that somebody made since."""
    session = ruling.session
    key = (session.school_id, session.id, ruling.student_id)
    row = db.session.get(CheckIn, key, with_for_update=True, populate_existing=True)
    if row is None or row.attended_at is None:
        raise NothingFlagged
    if row.decision == ruling.decision:
        return
    row.decision = ruling.decision.value
    row.decided_by, row.decided_at = marker.person_id, now()
    if ruling.decision is Decision.REJECTED:
        row.outcome = _take_back(ruling, row, marker)
    row.told = False
    db.session.flush()
    count_anew(session)
    tell_soon(session)


def _take_back(ruling: Ruling, row: CheckIn, marker: Marker) -> str | None:
    if row.outcome not in {"created", "changed"} or row.mark_version is None:
        return row.outcome
    session = ruling.session
    place = Place(session.school_id, session.date, session.slot)
    said = {"base_version": row.mark_version, "reason": ruling.reason}
    answer = withdraw_mark(place, ruling.student_id, marker, said)
    return "withdrawn" if answer.mark is None else "kept"
