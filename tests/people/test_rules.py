from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from school_erp.people.rules import (
    overlap,
    phone_as_dialled,
    phone_example,
    phone_in_full,
    plain,
    search_words,
    unbroken_until,
    with_placed,
)

TODAY = date(2026, 11, 2)


class Span(NamedTuple):
    starts_on: date
    ends_on: date | None = None


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


days = st.integers(-20, 20).map(day)
spans = st.builds(
    lambda first, length: Span(first, None if length is None else first + timedelta(days=length)),
    days,
    st.none() | st.integers(0, 15),
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("José-María  Ñandú", "jose-maria nandu"),
        ("O’Brien", "obrien"),  # noqa: RUF001
        ("ŁUKASZ Straße", "lukasz strasse"),
        ("Ørsted Æsir Þór", "orsted aesir thor"),
        ("İpek Işık", "ipek isik"),  # noqa: RUF001
        ("أحمد", "احمد"),
        ("  ", ""),
    ],
)
def test_a_name_is_found_as_one_types_it_in_a_hurry(typed: str, found: str) -> None:
    assert plain(typed) == found


@given(st.text())
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text(), st.text())
def test_a_person_is_found_by_each_word_of_each_name(given_name: str, family_name: str) -> None:
    words = search_words((given_name, family_name, None))
    assert all(plain(word) in words for word in f"{given_name} {family_name}".split())


def test_the_schools_own_number_stands_on_a_line_of_its_own() -> None:
    assert search_words(("Pia", "Park", "Pip"), "X-Pia 7") == "pia park pip\nx-pia 7"
    assert search_words(("Pia", "Park"), None) == "pia park"


@given(st.text(), st.text())
def test_no_name_reaches_the_line_of_the_number(name: str, number: str) -> None:
    assert search_words((name,), number).count("\n") == (1 if number else 0)


@pytest.mark.parametrize(
    ("typed", "region", "stored"),
    [
        ("07700 900123", "GB", "+447700900123"),
        ("+44 7700 900123", "KE", "+447700900123"),
        ("0044 20 7946 0018", "GB", "+442079460018"),
        ("(020) 7946-0018", "GB", "+442079460018"),
        ("0712 123456", "KE", "+254712123456"),
        ("٠٧٧٠٠٩٠٠١٢٣", "GB", "+447700900123"),
        ("call me", "GB", None),
        ("12345", "GB", None),
        ("020 7946 0018 x12", "GB", None),
        ("+44 7700 900123 99999", "GB", None),
        ("+999 12345678", "GB", None),
        ("", "GB", None),
    ],
)
def test_a_number_is_taken_as_one_dials_it_or_not_at_all(
    typed: str, region: str, stored: str | None
) -> None:
    assert phone_in_full(typed, region) == stored


@given(st.text(max_size=60), st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_no_text_breaks_the_reading_of_numbers(typed: str, region: str) -> None:
    stored = phone_in_full(typed, region)
    assert stored is None or (stored.startswith("+") and stored[1:].isdigit() and len(stored) <= 16)


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_every_country_reads_its_own_example_and_shows_it_again(region: str) -> None:
    stored = phone_in_full(phone_example(region), region)
    assert stored is not None
    assert phone_in_full(phone_as_dialled(stored, region), region) == stored


def test_a_number_from_abroad_is_shown_with_its_country() -> None:
    assert phone_as_dialled("+447700900123", "GB") == "07700 900123"
    assert phone_as_dialled("+447700900123", "FR") == "+44 7700 900123"


def test_a_country_without_an_example_has_none() -> None:
    assert phone_example("ZZ") == ""


@given(spans, spans)
def test_two_spans_overlap_when_they_share_a_day(one: Span, other: Span) -> None:
    def days_of(span: Span) -> set[date]:
        last = span.ends_on or day(100)
        return {span.starts_on + timedelta(days=n) for n in range((last - span.starts_on).days + 1)}

    assert overlap(one, other) == bool(days_of(one) & days_of(other)) == overlap(other, one)


@given(st.lists(spans, max_size=6))
def test_unbroken_means_that_every_day_is_held_and_the_next_is_not(held: list[Span]) -> None:
    def holds(when: date) -> bool:
        return any(one.starts_on <= when <= (one.ends_on or date.max) for one in held)

    reached = unbroken_until(held, TODAY)
    until = min(reached, day(100))
    assert all(holds(day(number)) for number in range((until - TODAY).days + 1))
    assert reached == date.max or not holds(reached + timedelta(days=1))


@given(st.lists(spans, max_size=6), spans)
def test_one_more_never_shortens_what_was_unbroken(held: list[Span], one: Span) -> None:
    assert unbroken_until([*held, one], TODAY) >= unbroken_until(held, TODAY)


@pytest.mark.parametrize(
    ("place", "order"), [(1, "xabc"), (2, "axbc"), (4, "abcx"), (99, "abcx"), (0, "xabc")]
)
def test_one_is_put_in_its_place(place: int, order: str) -> None:
    assert "".join(with_placed("abc", "x", place)) == order
