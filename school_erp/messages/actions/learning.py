"""A message moves by what is known of it, wherever that comes from."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update

from school_erp.core.clock import now
from school_erp.extensions import db
from school_erp.messages.channels.provider import Answer
from school_erp.messages.models import Message
from school_erp.messages.rules.outcomes import next_look, pause_after, state_after
from school_erp.messages.vocabulary import Channel, Outcome, State
from school_erp.people.models import Person

# what waits for a person, and for no clock
NEVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
_ADDRESS = {
    Channel.SMS: (Person.phone, Person.phone_bad_since),
    Channel.EMAIL: (Person.email, Person.email_bad_since),
}


def learn(message: Message, answer: Answer) -> bool:
    """Whether it moved. The row is held by whoever calls."""
    before, moment = message.state, now()
    after = state_after(before, answer.outcome, message.attempts)
    if answer.provider_id and after in {State.SENT, State.DELIVERED}:
        message.provider_id = answer.provider_id
    if answer.outcome is Outcome.DELIVERED:
        _note_address(message, None)
    if after == before:
        return False
    message.state, message.lease_owner, message.lease_until = after, None, None
    message.reason = answer.outcome.value if after is State.FAILED else None
    _note_times(message, after, moment)
    if answer.outcome is Outcome.BAD_ADDRESS:
        _note_address(message, moment)
    db.session.flush()
    return True


def _note_times(message: Message, after: State, moment: dt.datetime) -> None:
    if after in {State.SENT, State.DELIVERED}:
        message.sent_at = message.sent_at or moment
    if after in {State.FAILED, State.DELIVERED}:
        message.settled_at = moment
    if after is State.WAITING:
        message.due_at = moment + pause_after(message.attempts)
    if after is State.UNKNOWN:
        message.due_at = time_of_look(message, 0)


def time_of_look(message: Message, looks: int) -> dt.datetime:
    pause = next_look(looks) if message.channel == Channel.SMS else None
    return NEVER if pause is None else now() + pause


def _note_address(message: Message, bad_since: dt.datetime | None) -> None:
    """Of the address that it went to; whoever has another one by now is reached."""
    address, since = _ADDRESS[Channel(message.channel)]
    theirs = update(Person).where(
        Person.school_id == message.school_id,
        Person.id == message.guardian_id,
        address == message.address,
        since.is_(None) if bad_since else since.is_not(None),
    )
    db.session.execute(
        theirs.values({since: bad_since}).execution_options(synchronize_session=False)
    )
