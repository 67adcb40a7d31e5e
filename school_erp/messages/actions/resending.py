"""What a person decides of a message that failed, or of which nobody knows whether it arrived."""

from __future__ import annotations

from typing import Any

from school_erp.attendance.actions.auditing import note
from school_erp.attendance.marking import Marker
from school_erp.core.clock import now
from school_erp.extensions import db
from school_erp.messages.actions.telling import tell_of_moves
from school_erp.messages.errors import NotInDoubt
from school_erp.messages.models import Message
from school_erp.messages.vocabulary import State

BY_HAND = "by_hand"
MAY_BE_SENT_AGAIN = {State.UNKNOWN, State.FAILED}
MAY_BE_SETTLED = {State.UNKNOWN, State.FAILED, State.WAITING}


def send_again(message: Message, marker: Marker) -> None:
    """In doubt as it was; one that failed is written anew, to the address there is by now."""
    _refuse_unless(message, MAY_BE_SENT_AGAIN)
    before = _said_of(message)
    if message.state == State.FAILED:
        message.text = message.address = message.segments = None
    message.state, message.reason, message.settled_at = State.WAITING, None, None
    message.attempts, message.due_at = 0, now()
    _note(message, marker, before)


def settle_by_hand(message: Message, marker: Marker) -> None:
    """The family knows by another way: nothing is sent any more."""
    _refuse_unless(message, MAY_BE_SETTLED)
    before = _said_of(message)
    message.state, message.reason, message.settled_at = State.CANCELLED, BY_HAND, now()
    _note(message, marker, before)


def _refuse_unless(message: Message, states: set[State]) -> None:
    if message.state not in states:
        raise NotInDoubt


def _said_of(message: Message) -> dict[str, Any]:
    return {"state": str(message.state), "reason": message.reason, "channel": message.channel}


def _note(message: Message, marker: Marker, before: dict[str, Any]) -> None:
    note(
        "message",
        marker,
        before=before,
        after=_said_of(message),
        student_id=message.student_id,
        person_id=message.guardian_id,
        section_id=message.section_id,
        date=message.date,
        slot=message.slot,
    )
    tell_of_moves(1)
    db.session.flush()
