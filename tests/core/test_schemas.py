from __future__ import annotations

import unicodedata
from typing import Any

import marshmallow as ma
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from school_erp.core.bounds import Length, Range
from school_erp.core.schemas import Choice, Moment, PageQuery, Paragraph, Schema, Text, paged


class Note(Schema):
    line = Text(most=10)
    story = Paragraph(most=20)
    maybe = Text(most=10, blank=True)
    kind = Choice(["long", "short"])
    at = Moment()
    late = ma.fields.Integer(validate=Range(min=0, max=600))
    version = ma.fields.Integer(validate=Range(min=2))
    who = ma.fields.List(ma.fields.Integer(), validate=Length(min=1, max=3))
    pair = ma.fields.List(ma.fields.Integer(), validate=Length(min=2))
    word = ma.fields.String(validate=Length(min=1, max=3))


def load(**fields: Any) -> Any:
    return Note().load(fields)


def refusal(app: Flask, **fields: Any) -> dict[str, list[str]]:
    with app.test_request_context(), pytest.raises(ma.ValidationError) as caught:
        load(**fields)
    messages = caught.value.normalized_messages()  # type: ignore[no-untyped-call]
    return {field: [str(sentence) for sentence in found] for field, found in messages.items()}


def test_too_much_and_too_little_are_said_in_our_words(app: Flask) -> None:
    allowed = {"late": 600, "version": 2, "who": [1, 2, 3], "pair": [1, 2], "word": "abc"}
    assert load(**allowed) == allowed
    span, empty = "This is a number from 0 to 600.", "This may not be empty."
    assert refusal(app, late=601, version=1) == {
        "late": [span],
        "version": ["This is a number from 2 on."],
    }
    assert refusal(app, late=-1, who=[], pair=[1], word="") == {
        "late": [span],
        "who": [empty],
        "pair": ["At least 2 are needed here."],
        "word": [empty],
    }
    assert refusal(app, who=[1] * 4, word="abcd") == {
        "who": ["At most 3 at once."],
        "word": ["At most 3 characters."],
    }


def test_text_is_trimmed_and_put_in_one_form() -> None:
    assert load(line="  Zoë \n") == {"line": "Zoë"}
    assert load(line="Zoe\u0308") == {"line": "Zoë"}
    assert load(story="a\nb\tc") == {"story": "a\nb\tc"}
    assert load(maybe="  ") == {"maybe": ""}


@pytest.mark.parametrize(
    "bad", ["a\x00b", "\x00", "a\x1bb", "a\nb", "a\x7fb", "a\x85b", "\ud800", "a\udfffb"]
)
def test_what_no_person_types_is_refused(app: Flask, bad: str) -> None:
    assert refusal(app, line=bad) == {"line": ["This contains characters that cannot be stored."]}


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1bb", "\ud800"])
def test_nor_does_it_stand_in_a_paragraph(app: Flask, bad: str) -> None:
    assert refusal(app, story=bad) == {"story": ["This contains characters that cannot be stored."]}


@pytest.mark.parametrize("bad", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_that_could_not_be_read_again_is_none(app: Flask, bad: str) -> None:
    assert load(at="2026-11-21T09:00:00+14:00")["at"].isoformat() == "2026-11-21T09:00:00+14:00"
    assert refusal(app, at=bad) == {"at": ["This is not a date with a time."]}


@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "\u3000"])
def test_a_line_that_is_needed_may_not_be_blank(app: Flask, blank: str) -> None:
    assert refusal(app, line=blank) == {"line": ["This may not be empty."]}


def test_text_is_as_long_as_it_may_be_and_no_longer(app: Flask) -> None:
    assert load(line="x" * 10)
    assert load(line=" " * 50 + "x" * 10 + " " * 50)
    assert refusal(app, line="x" * 11) == {"line": ["At most 10 characters."]}
    assert refusal(app, line="\ufb2c" * 5) == {"line": ["At most 10 characters."]}


@pytest.mark.parametrize("wrong", [7, None, True, [], {}, 1.5, ["x"]])
def test_text_is_text(app: Flask, wrong: Any) -> None:
    assert "line" in refusal(app, line=wrong)


@pytest.mark.parametrize("wrong", ["medium", "", "LONG", 7, None, [], {}, ["long"]])
def test_a_choice_is_one_of_its_words(app: Flask, wrong: Any) -> None:
    assert "kind" in refusal(app, kind=wrong)


def test_an_unknown_field_is_named(app: Flask) -> None:
    assert refusal(app, school_id="x") == {"school_id": ["We do not know this field."]}


@pytest.mark.parametrize("limit", [0, -1, 201, "many", 10**30, "NaN"])
def test_a_page_has_between_one_and_two_hundred_rows(app: Flask, limit: Any) -> None:
    with app.test_request_context(), pytest.raises(ma.ValidationError):
        PageQuery().load({"limit": limit})
    assert PageQuery().load({"limit": "200"})["limit"] == 200
    assert PageQuery().load({})["limit"] == 50


@given(st.text(st.characters(codec=None), max_size=30))
def test_whatever_is_accepted_can_be_stored_and_is_within_bounds(typed: str) -> None:
    try:
        line = load(line=typed)["line"]
    except ma.ValidationError:
        return
    assert 1 <= len(line) <= 10
    assert line == line.strip()
    assert "\x00" not in line
    assert line == unicodedata.normalize("NFC", line)
    line.encode()


def test_a_list_is_described_by_its_items() -> None:
    shape = paged(Note)()
    assert shape.dump({"items": [{"line": "a"}], "next_cursor": None}) == {
        "items": [{"line": "a"}],
        "next_cursor": None,
    }
