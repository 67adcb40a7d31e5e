"""What a school says of each kind, on each channel, in each language: its own words or ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from school_erp.core.languages import LANGUAGES
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.defaults import default_words
from school_erp.messages.models import MessageTemplate
from school_erp.messages.rules.filling import PLACEHOLDERS
from school_erp.messages.vocabulary import Channel, Kind


@dataclass(frozen=True, slots=True)
class Occasion:
    """What there is one text for."""

    kind: Kind
    channel: Channel
    language: str

    @property
    def placeholders(self) -> Sequence[str]:
        return PLACEHOLDERS[self.kind]


@dataclass(frozen=True, slots=True)
class Wording:
    """`version` is 0 where the words are the product's."""

    occasion: Occasion
    subject: str
    text: str
    version: int = 0
    changed_at: dt.datetime | None = None

    @property
    def is_own(self) -> bool:
        return self.version > 0


def all_wordings() -> Sequence[Wording]:
    own = {
        (each.kind, each.channel, each.language): each
        for each in db.session.scalars(
            select(MessageTemplate).where(MessageTemplate.school_id == current_school_id())
        )
    }
    return [
        wording_of(Occasion(kind, channel, language), own.get((kind, channel, language)))
        for kind in Kind
        for channel in Channel
        for language in LANGUAGES
    ]


def own_words(occasion: Occasion, *, hold: bool = False) -> MessageTemplate | None:
    query = select(MessageTemplate).where(
        MessageTemplate.school_id == current_school_id(),
        MessageTemplate.kind == occasion.kind,
        MessageTemplate.channel == occasion.channel,
        MessageTemplate.language == occasion.language,
    )
    return db.session.scalar(query.with_for_update() if hold else query)


def wording_of(occasion: Occasion, own: MessageTemplate | None) -> Wording:
    if own is None:
        ours = default_words(occasion.kind, occasion.channel, occasion.language)
        return Wording(occasion, ours.subject, ours.text)
    return Wording(occasion, own.subject, own.text, own.version, own.changed_at)
