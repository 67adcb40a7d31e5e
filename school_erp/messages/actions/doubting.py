"""Asking a provider what became of messages of which nobody knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import current_app
from sqlalchemy import select, text

from school_erp.core.clock import now
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.actions.claiming import LEASE, held
from school_erp.messages.actions.learning import learn, time_of_look
from school_erp.messages.channels.provider import Seen
from school_erp.messages.models import Message, MessageAttempt
from school_erp.messages.rules.doubts import judge
from school_erp.messages.vocabulary import Channel, State

MOST = 10
# by how much their clock may be behind ours
CLOCKS = dt.timedelta(minutes=1)

# put off first, so that nobody else asks meanwhile
_take = text("""
    WITH due AS (
        SELECT id FROM message
        WHERE school_id = :school AND state = 'unknown' AND due_at <= :moment
          AND channel = ANY(:channels)
        ORDER BY due_at, id LIMIT :most FOR UPDATE SKIP LOCKED)
    UPDATE message m SET due_at = :until
    FROM due WHERE m.school_id = :school AND m.id = due.id
    RETURNING m.id, m.channel, m.address,
        (SELECT max(a.created_at) FROM message_attempt a
         WHERE a.school_id = m.school_id AND a.message_id = m.id AND a.kind = 'send') AS asked_at,
        (SELECT count(*) FROM message_attempt a
         WHERE a.school_id = m.school_id AND a.message_id = m.id AND a.kind = 'lookup'
           AND a.created_at > (SELECT max(b.created_at) FROM message_attempt b
                               WHERE b.school_id = m.school_id AND b.message_id = m.id
                                 AND b.kind = 'send')) AS looks""")


@dataclass(frozen=True, slots=True)
class Doubt:
    message_id: UUID
    channel: Channel
    address: str
    asked_at: dt.datetime
    looks: int

    @property
    def since(self) -> dt.datetime:
        return self.asked_at - CLOCKS


def take_doubts(channels: Collection[Channel]) -> list[Doubt]:
    moment = now()
    asked = {
        "school": current_school_id(),
        "moment": moment,
        "until": moment + LEASE,
        "channels": [channel.value for channel in channels],
        "most": MOST,
    }
    return [
        Doubt(row.id, Channel(row.channel), row.address, row.asked_at, row.looks)
        for row in db.session.execute(_take, asked)
    ]


def settle_doubt(doubt: Doubt, provider: str, seen: Sequence[Seen] | None) -> None:
    """A provider's list says where it is, or that it never came; else it stays in doubt."""
    message = held(doubt.message_id)
    if message.state != State.UNKNOWN:
        return
    long_enough = now() - doubt.asked_at >= current_app.config["SMS_MISSING"]
    taken = _taken_by_others(message, [each.provider_id for each in seen or ()])
    answer = judge(seen, message.text or "", taken, long_enough=long_enough)
    db.session.add(
        MessageAttempt(
            school_id=message.school_id,
            message_id=message.id,
            kind="lookup",
            outcome=answer.outcome,
            ended_at=now(),
            provider=provider,
            provider_id=answer.provider_id,
            detail=answer.detail,
        )
    )
    if learn(message, answer):
        # it has waited long enough
        message.due_at = now()
    else:
        message.due_at = time_of_look(message, doubt.looks + 1)
    db.session.flush()


def _taken_by_others(message: Message, provider_ids: Sequence[str]) -> set[str]:
    query = select(Message.provider_id).where(
        Message.school_id == message.school_id,
        Message.provider_id.in_(provider_ids),
        Message.id != message.id,
    )
    return {found for found in db.session.scalars(query) if found}
