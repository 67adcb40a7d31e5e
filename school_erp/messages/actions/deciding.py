"""A person's word on what was held: it goes to the families after all, or never."""

from __future__ import annotations

from sqlalchemy import text

from school_erp.attendance.actions.auditing import note
from school_erp.attendance.marking import Marker
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.queries.rulebook import rulebook_for
from school_erp.core.clock import now
from school_erp.core.happenings import tell
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.actions.telling import tell_of_moves
from school_erp.messages.errors import HoldDecided
from school_erp.messages.happenings import HoldEnded
from school_erp.messages.models import MessageHold
from school_erp.messages.rules.timing import due_at, hours_of

RELEASED, DROPPED = "released", "dropped"

_release = text("""
    UPDATE message SET state = 'waiting', due_at = greatest(due_at, :due_at)
    WHERE school_id = :school AND hold_id = :hold AND state = 'held'""")

_drop = text("""
    UPDATE message SET state = 'cancelled', reason = 'dropped', settled_at = :now
    WHERE school_id = :school AND hold_id = :hold AND state = 'held'""")

# also those whose families only have the bell
_students = text("""
    SELECT CAST(student_id AS text) FROM student_attendance
    WHERE school_id = :school AND date = :day AND slot = :slot AND status = 'ABSENT'
      AND (CAST(:section AS uuid) IS NULL OR section_id = :section)
    ORDER BY 1""")


def release(hold: MessageHold, marker: Marker) -> MessageHold:
    """They leave now, or when the time for corrections and quiet hours are over."""
    rules, moment = rulebook_for(Place(hold.school_id, hold.date, hold.slot or 0)), now()
    due = due_at(moment, hours_of(rules.messages, rules.timezone), held=False)
    _decide(hold, marker, RELEASED)
    db.session.execute(_release, {"school": hold.school_id, "hold": hold.id, "due_at": due})
    return hold


def drop(hold: MessageHold, marker: Marker) -> MessageHold:
    """Nobody hears of these absences, in the bell neither."""
    _decide(hold, marker, DROPPED)
    db.session.execute(_drop, {"school": hold.school_id, "hold": hold.id, "now": now()})
    return hold


DECISIONS = {RELEASED: release, DROPPED: drop}


def _decide(hold: MessageHold, marker: Marker, decision: str) -> None:
    if hold.decision is not None:
        raise HoldDecided
    asked = {
        "school": current_school_id(),
        "day": hold.date,
        "slot": hold.slot,
        "section": hold.section_id,
    }
    students = db.session.scalars(_students, asked).all()
    hold.facts = {**hold.facts, "decided_for": list(students)}
    hold.decision, hold.decided_at, hold.decided_by = decision, now(), marker.person_id
    db.session.flush()
    note(
        "message",
        marker,
        before={"why_held": hold.reason},
        after={"why_held": hold.reason, "decision": decision, "absent": len(students)},
        section_id=hold.section_id,
        date=hold.date,
        slot=hold.slot,
    )
    tell(HoldEnded(hold.id))
    tell_of_moves(max(len(students), 1))
