"""Taking messages that are due, so that nobody else sends them; and giving up those of the dead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from uuid import UUID

import structlog
from sqlalchemy import select, text

from school_erp.core.clock import now
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.actions.budgeting import Purse, open_purse
from school_erp.messages.actions.clearing import clear_once_more
from school_erp.messages.actions.learning import NEVER, learn
from school_erp.messages.channels.provider import Answer, Parcel
from school_erp.messages.models import Message, MessageAttempt
from school_erp.messages.texts import compose, html_of
from school_erp.messages.vocabulary import Channel, Outcome
from school_erp.schools.queries import own_school

log = structlog.get_logger(__name__)

MOST = 10
# longer than any provider may take; renewed before each message
LEASE = dt.timedelta(seconds=120)
NO_ADDRESS, UNWRITABLE = "no_address", "unwritable"

_next = text("""
    SELECT id FROM message
    WHERE school_id = :school AND state = 'waiting' AND due_at <= :looked_at
      AND channel = ANY(:channels)
    ORDER BY due_at, call_order, id LIMIT :most FOR UPDATE SKIP LOCKED""")

_claim = text("""
    UPDATE message
    SET state = 'sending', lease_owner = :owner, lease_until = :until, due_at = :until
    WHERE school_id = :school AND id = ANY(:ids) AND state = 'waiting'
    RETURNING id""")

# Where no attempt was begun nothing was handed over, so it waits again. Else nobody knows.
_give_up = text("""
    WITH dead AS (
        SELECT id FROM message
        WHERE school_id = :school AND state = 'sending' AND lease_until < :moment
        FOR UPDATE SKIP LOCKED
    ), begun AS (
        UPDATE message_attempt a SET outcome = 'unknown', ended_at = :moment, detail = 'interrupted'
        FROM dead
        WHERE a.school_id = :school AND a.message_id = dead.id AND a.kind = 'send'
          AND a.outcome IS NULL
        RETURNING a.message_id)
    UPDATE message m
    SET lease_owner = NULL, lease_until = NULL,
        state = CASE WHEN begun.message_id IS NULL THEN 'waiting' ELSE 'unknown' END,
        due_at = CASE WHEN begun.message_id IS NULL OR m.channel = 'sms' THEN :moment
                      ELSE :never END
    FROM dead LEFT JOIN (SELECT DISTINCT message_id FROM begun) AS begun
      ON begun.message_id = dead.id
    WHERE m.school_id = :school AND m.id = dead.id
    RETURNING m.id""")

_begin = text("""
    UPDATE message SET attempts = attempts + 1, lease_until = :until, due_at = :until
    WHERE school_id = :school AND id = :message AND state = 'sending' AND lease_owner = :owner
    RETURNING id""")


def give_up_overdue() -> int:
    """Of workers that died in the middle, or stood still for too long."""
    asked = {"school": current_school_id(), "moment": now(), "never": NEVER}
    given_up = len(db.session.execute(_give_up, asked).all())
    if given_up:
        log.warning("messages_given_up", count=given_up)
    return given_up


def claim(
    owner: str, channels: Collection[Channel], looked_at: dt.datetime
) -> list[tuple[Channel, Parcel]] | None:
    """Of what was due when all that leaves was looked at: what is ready to be handed over.

    Those that cannot be have moved on; nothing, where nothing is left.
    """
    due = {
        "school": current_school_id(),
        "looked_at": looked_at,
        "channels": [channel.value for channel in channels],
        "most": MOST,
    }
    ids = db.session.scalars(_next, due).all()
    if not ids:
        return None
    purse, moment = open_purse(), now()
    clear_once_more(ids, moment)
    taken = {"school": current_school_id(), "ids": ids, "owner": owner, "until": moment + LEASE}
    return [
        (Channel(message.channel), _parcel(message))
        for message in sorted(_loaded(db.session.scalars(_claim, taken).all()), key=_turn_of(ids))
        if _is_ready(message, purse)
    ]


def begin(message_id: UUID, owner: str, provider: str) -> UUID | None:
    """From the commit of this on, it may have been handed over. Nothing where it is lost."""
    school_id = current_school_id()
    asked = {
        "school": school_id,
        "message": message_id,
        "owner": owner,
        "until": now() + LEASE,
    }
    if db.session.execute(_begin, asked).one_or_none() is None:
        return None
    attempt = MessageAttempt(
        school_id=school_id, message_id=message_id, kind="send", provider=provider
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt.id


def settle(message_id: UUID, attempt_id: UUID, answer: Answer) -> None:
    """What the provider said of an attempt, also where somebody has given it up meanwhile."""
    message = held(message_id)
    attempt = db.session.get_one(MessageAttempt, (current_school_id(), attempt_id))
    attempt.outcome, attempt.ended_at = answer.outcome, now()
    attempt.provider_id, attempt.detail = answer.provider_id, answer.detail
    learn(message, answer)
    db.session.flush()


def held(message_id: UUID) -> Message:
    return db.session.get_one(
        Message, (current_school_id(), message_id), with_for_update=True, populate_existing=True
    )


def _loaded(ids: Sequence[UUID]) -> Sequence[Message]:
    query = select(Message).where(Message.school_id == current_school_id(), Message.id.in_(ids))
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def _turn_of(ids: Sequence[UUID]) -> Callable[[Message], int]:
    turns = {message_id: turn for turn, message_id in enumerate(ids)}
    return lambda message: turns[message.id]


def _is_ready(message: Message, purse: Purse) -> bool:
    if not _is_written(message):
        return False
    if not message.address:
        _end(message, NO_ADDRESS)
        return False
    return purse.pays_for(message)


def _is_written(message: Message) -> bool:
    """One that cannot be written must not keep the others."""
    if message.text is not None:
        return True
    try:
        with db.session.begin_nested():
            composed = compose(message)
    except Exception:
        log.exception("message_unwritable", message_id=str(message.id))
        _end(message, UNWRITABLE)
        return False
    message.language, message.address = composed.language, composed.address
    message.subject, message.text = composed.subject, composed.text
    message.segments = composed.segments
    return True


def _end(message: Message, reason: str) -> None:
    learn(message, Answer(Outcome.FAILED))
    message.reason = reason


def _parcel(message: Message) -> Parcel:
    return Parcel(
        school_id=message.school_id,
        message_id=message.id,
        sender=own_school().name,
        address=message.address or "",
        subject=message.subject or "",
        text=message.text or "",
        html=_html(message),
    )


def _html(message: Message) -> str:
    if message.channel != Channel.EMAIL:
        return ""
    return html_of(message.text or "", message.language or "en")
