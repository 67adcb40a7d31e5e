from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from school_erp.core.access import Actor
from school_erp.core.errors import NotFound
from school_erp.core.languages import LANGUAGES
from school_erp.extensions import db
from school_erp.messages.models import Message, MessageHold
from school_erp.messages.queries.words import Occasion
from school_erp.messages.vocabulary import Channel, Kind
from school_erp.schools.roles import OFFICE, Role, anyone_who_is


class Permission(StrEnum):
    READ = "messages:message:read"
    DECIDE = "messages:message:decide"
    OWN = "messages:message:own"
    WORDS_READ = "messages:template:read"
    WORDS_WRITE = "messages:template:write"


POLICY = {
    Permission.READ: anyone_who_is(*OFFICE),
    Permission.DECIDE: anyone_who_is(*OFFICE),
    Permission.OWN: anyone_who_is(Role.GUARDIAN),
    Permission.WORDS_READ: anyone_who_is(*OFFICE),
    Permission.WORDS_WRITE: anyone_who_is(Role.ADMIN),
}


def message_for(actor: Actor, message_id: UUID, *, hold: bool = False) -> Message:
    """Where held, nothing else moves it until the transaction ends."""
    found = db.session.get(
        Message, (actor.school_id, message_id), with_for_update=hold, populate_existing=hold
    )
    if found is None:
        raise NotFound
    return found


def hold_for(actor: Actor, hold_id: UUID, *, hold: bool = False) -> MessageHold:
    """Where held, of two who decide the second is told."""
    found = db.session.get(
        MessageHold, (actor.school_id, hold_id), with_for_update=hold, populate_existing=hold
    )
    if found is None:
        raise NotFound
    return found


def occasion_named(kind: str, channel: str, language: str) -> Occasion:
    """Every school has all of them, and no others."""
    try:
        found = Occasion(Kind(kind), Channel(channel), language)
    except ValueError:
        raise NotFound from None
    if language not in LANGUAGES:
        raise NotFound
    return found
