from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Protocol, TypeVar

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

T = TypeVar("T")

ID_BEGINS = "\n"
_LETTERS_OF_THEIR_OWN = str.maketrans(
    # letters that are no accented form of another, as people without them type them
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}  # noqa: RUF001
)
_APOSTROPHES = str.maketrans("", "", "'`’‘ʼʻ´")  # noqa: RUF001 - as people type them


class Dates(Protocol):
    """What holds from one day to another, both included."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date | None: ...


def plain(text: str) -> str:
    """As one types it in a hurry: small letters, no accents, no apostrophes, single spaces."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(character for character in folded if not unicodedata.combining(character))
    return " ".join(bare.translate(_LETTERS_OF_THEIR_OWN).translate(_APOSTROPHES).split())


def search_words(names: Iterable[str | None], external_id: str | None = None) -> str:
    """What a person is found by: names on the first line, which everyone may search, the school's
    own number on the second, which only the office may."""
    words = plain(" ".join(name for name in names if name))
    return f"{words}{ID_BEGINS}{plain(external_id)}" if external_id else words


def phone_in_full(typed: str, region: str) -> str | None:
    """A number as it is dialled in that country, in E.164; nothing where it is none.

    Numbers of the right length that no network gave out yet are taken: they may be new.
    """
    try:
        number = phonenumbers.parse(typed, region)
    except NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != ValidationResult.IS_POSSIBLE or number.extension:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def phone_as_dialled(stored: str, region: str) -> str:
    """A stored number as people of that country write it."""
    number = phonenumbers.parse(stored)
    home = phonenumbers.country_code_for_region(region) == number.country_code
    shape = PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, shape)


def phone_example(region: str) -> str:
    example = phonenumbers.example_number(region)
    return phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL) if example else ""


def overlap(one: Dates, other: Dates) -> bool:
    return one.starts_on <= _last(other) and other.starts_on <= _last(one)


def unbroken_until(spans: Iterable[Dates], day: date) -> date:
    """The last day, counted from this one, up to which one of these always holds."""
    reached = day - timedelta(days=1)
    for span in sorted(spans, key=lambda span: span.starts_on):
        if reached == date.max or span.starts_on > reached + timedelta(days=1):
            break
        reached = max(reached, _last(span))
    return reached


def _last(span: Dates) -> date:
    return span.ends_on or date.max


def with_placed(others: Sequence[T], one: T, place: int) -> list[T]:
    """The others in their order, and this one among them; too far back means last."""
    before = max(place - 1, 0)
    return [*others[:before], one, *others[before:]]
