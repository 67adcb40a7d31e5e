"""How words look, how long they are and what they cost, before anybody is sent them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _

from school_erp.messages.defaults import Words
from school_erp.messages.pricing import cost_of
from school_erp.messages.queries.words import Occasion
from school_erp.messages.rules.fitting import MANY_SEGMENTS
from school_erp.messages.rules.lengths import Length, sms_segments
from school_erp.messages.texts import sample
from school_erp.messages.vocabulary import Channel, Kind


@dataclass(frozen=True, slots=True)
class Trial:
    subject: str
    text: str
    characters: int
    encoding: str | None
    segments: int | None
    cost: str
    advice: Sequence[str]


def try_words(occasion: Occasion, words: Words) -> Trial:
    composed = sample(occasion.kind, occasion.channel, occasion.language, words)
    length = sms_segments(composed.text) if occasion.channel is Channel.SMS else None
    return Trial(
        subject=composed.subject,
        text=composed.text,
        characters=length.characters if length else len(composed.text),
        encoding=length.encoding if length else None,
        segments=length.segments if length else None,
        cost=cost_of(length.segments, current_app.config["SMS_PRICE"]) if length else "",
        advice=list(_advice(occasion, words, length)),
    )


def _advice(occasion: Occasion, words: Words, length: Length | None) -> Iterator[str]:
    if occasion.kind is Kind.ABSENT and "{link}" not in words.text:
        yield str(_("Without {link} nobody can answer, and the office has to ring."))
    if length is None:
        return
    if length.encoding == "UCS-2" and occasion.language != "ar":
        yield str(
            _("One character that old phones do not know, such as ç or ê, doubles the price.")
        )
    if length.segments > MANY_SEGMENTS:
        yield str(_("Longer than two SMS: say less."))
