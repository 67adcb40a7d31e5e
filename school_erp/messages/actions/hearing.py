"""What a provider tells us later: signed, but late, twice, or in any order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hmac import compare_digest
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import select

from school_erp.core.clock import now
from school_erp.core.errors import NotFound
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.actions.learning import learn
from school_erp.messages.actions.telling import tell_of_moves
from school_erp.messages.channels import callback_path, providers
from school_erp.messages.channels.dialect import outcome_of, signature
from school_erp.messages.channels.provider import Answer
from school_erp.messages.channels.sms import SmsApi
from school_erp.messages.errors import ForgedCallback
from school_erp.messages.models import Message, MessageAttempt
from school_erp.messages.vocabulary import Channel, Outcome

log = structlog.get_logger(__name__)

GOOD_NEWS = {Outcome.ACCEPTED, Outcome.DELIVERED}
Fields = Mapping[str, Sequence[str]]


def refuse_forged(school_id: UUID, message_id: UUID, said: Fields, given: str) -> None:
    """By the address as we gave it out; what a proxy made of it does not count."""
    provider = providers().get(Channel.SMS)
    if not isinstance(provider, SmsApi) or not provider.token:
        raise ForgedCallback
    url = f"{current_app.config['BASE_URL']}{callback_path(school_id, message_id)}"
    right = signature(provider.token, url, said)
    if not compare_digest(given.encode(), right.encode()):
        raise ForgedCallback


def hear(message_id: UUID, said: Fields) -> None:
    message = db.session.get(
        Message, (current_school_id(), message_id), with_for_update=True, populate_existing=True
    )
    if message is None:
        raise NotFound
    sid, status = _first(said, "MessageSid"), _first(said, "MessageStatus")
    outcome = outcome_of(status, _first(said, "ErrorCode"))
    if outcome is None or not sid:
        log.warning("callback_not_understood", status=status[:40])
        return
    answer = Answer(outcome, sid, f"{status} {_first(said, 'ErrorCode')}".strip()[:300])
    if _is_known(message, answer):
        return
    _note(message, answer)
    # that an earlier copy failed says nothing of the one that counts
    if (outcome in GOOD_NEWS or message.provider_id in {None, sid}) and learn(message, answer):
        tell_of_moves(1)
    db.session.flush()


def _first(said: Fields, name: str) -> str:
    values = said.get(name) or [""]
    return values[0]


def _is_known(message: Message, answer: Answer) -> bool:
    query = select(MessageAttempt.id).where(
        MessageAttempt.school_id == message.school_id,
        MessageAttempt.message_id == message.id,
        MessageAttempt.kind == "callback",
        MessageAttempt.outcome == answer.outcome,
        MessageAttempt.provider_id == answer.provider_id,
    )
    return db.session.scalar(query.limit(1)) is not None


def _note(message: Message, answer: Answer) -> None:
    db.session.add(
        MessageAttempt(
            school_id=message.school_id,
            message_id=message.id,
            kind="callback",
            outcome=answer.outcome,
            ended_at=now(),
            provider=Channel.SMS.value,
            provider_id=answer.provider_id,
            detail=answer.detail,
        )
    )
