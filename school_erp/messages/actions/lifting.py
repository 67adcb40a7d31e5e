"""A hold ends by itself once the marks that made it have been put right."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text

from school_erp.attendance.actions.auditing import note
from school_erp.attendance.marking import Marker
from school_erp.attendance.vocabulary import Source
from school_erp.core.clock import now
from school_erp.core.happenings import tell
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.actions.holding import school_suspicion
from school_erp.messages.actions.telling import tell_of_moves
from school_erp.messages.happenings import HoldEnded
from school_erp.messages.models import MessageHold
from school_erp.messages.queries.spots import Spot, classes_away
from school_erp.messages.rules.safety import ClassAway, why_hold_class

LIFTED = "lifted"
_BY_ITSELF = Marker(None, "", "", in_office=False, source=Source.SYSTEM)

_free = text("""
    UPDATE message SET state = 'waiting', hold_id = NULL
    WHERE school_id = :school AND hold_id = ANY(:holds) AND state = 'held'""")


def lift_what_is_right_again() -> None:
    """Of the school in force. What somebody is deciding at this moment is theirs."""
    undecided = (
        select(MessageHold)
        .where(MessageHold.school_id == current_school_id(), MessageHold.decision.is_(None))
        .order_by(MessageHold.id)
        .with_for_update(skip_locked=True)
    )
    holds = db.session.scalars(undecided).all()
    if not holds:
        return
    away = classes_away({Spot(hold.date, hold.slot or 0) for hold in holds})
    over = [hold for hold in holds if _is_over(hold, away)]
    if over:
        _lift(over)


def _is_over(hold: MessageHold, away: Sequence[ClassAway]) -> bool:
    """Where nobody is absent any more. Before anything would have left, also where it does not
    look wrong any more; later whoever puts marks right may be in the middle of it."""
    those = [each for each in away if _is_of(hold, each)]
    if not any(each.absent for each in those):
        return True
    is_early = hold.due_at is not None and now() < hold.due_at
    return is_early and not _looks_wrong(hold, those)


def _is_of(hold: MessageHold, away: ClassAway) -> bool:
    same_time = (away.date, away.slot) == (hold.date, hold.slot)
    return same_time and hold.section_id in {None, away.section_id}


def _looks_wrong(hold: MessageHold, those: Sequence[ClassAway]) -> bool:
    if hold.section_id is None:
        return school_suspicion(Spot(hold.date, hold.slot or 0), those) is not None
    return any(why_hold_class(each) for each in those)


def _lift(holds: Sequence[MessageHold]) -> None:
    ids: list[UUID] = [hold.id for hold in holds]
    for hold in holds:
        hold.decision, hold.decided_at = LIFTED, now()
    db.session.flush()
    db.session.execute(_free, {"school": current_school_id(), "holds": ids})
    for hold in holds:
        _note(hold)
        tell(HoldEnded(hold.id))
    tell_of_moves(len(holds))


def _note(hold: MessageHold) -> None:
    note(
        "message",
        _BY_ITSELF,
        before={"why_held": hold.reason},
        after={"why_held": hold.reason, "decision": LIFTED},
        section_id=hold.section_id,
        date=hold.date,
        slot=hold.slot,
    )
