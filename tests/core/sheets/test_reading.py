from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from flask import Flask
from hypothesis import assume, given
from hypothesis import strategies as st

from school_erp.core.errors import ApplicationError
from school_erp.core.sheets.errors import BadFile, TooManyLines
from school_erp.core.sheets.reading import Sheet, read_sheet

KNOWN = ["external_id", "given_name", "family_name", "phone"]
REQUIRED = ["external_id"]


def read(content: bytes | str) -> Sheet:
    sent = content.encode() if isinstance(content, str) else content
    return read_sheet(sent, KNOWN, REQUIRED)


def refusal(app: Flask, content: bytes | str) -> tuple[str, int | None]:
    """The sentence, and the line it is about."""
    with pytest.raises(BadFile) as refused, app.app_context():
        read(content)
    line = refused.value.records[0]["line"] if refused.value.records else None
    with app.test_request_context():
        return str(refused.value.message), line


GOOD = "external_id,given_name\nS1,Zoë\n"


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        (GOOD, "comma"),
        (GOOD.replace(",", ";"), "semicolon"),
        (GOOD.replace(",", "\t"), "tab"),
        (GOOD.replace(",", "|"), "bar"),
        ("\ufeff" + GOOD, "comma"),
        (GOOD.replace("\n", "\r\n"), "comma"),
        (GOOD.replace("\n", "\r"), "comma"),
        (GOOD.rstrip(), "comma"),
        ("sep=;\n" + GOOD.replace(",", ";"), "semicolon"),
        ("External ID,Given-Name\nS1,Zoë", "comma"),
        ('"external_id","given_name"\n"S1","Zoë"', "comma"),
        ("external_id,given_name,,\nS1,Zoë,,\n,,,\n", "comma"),
        (GOOD.encode("utf-16"), "comma"),
        (GOOD.replace(",", "\t").encode("utf-16"), "tab"),
    ],
)
def test_whatever_spreadsheets_save_is_read_alike(content: bytes | str, delimiter: str) -> None:
    sheet = read(content)
    assert sheet.delimiter == delimiter
    assert [line.cells for line in sheet.lines] == [{"external_id": "S1", "given_name": "Zoë"}]
    assert all(line.fits for line in sheet.lines)


def test_lines_are_numbered_as_an_editor_numbers_them() -> None:
    sheet = read('external_id,given_name\n\nS1,"Zoë\nMaria"\n  ,\nS2,Quinn\nS3\nS4,a,b\n')
    assert [(line.number, line.fits) for line in sheet.lines] == [
        (3, True),
        (6, True),
        (7, False),
        (8, False),
    ]
    assert read("sep=,\nexternal_id\nS1\n").lines[0].number == 3


@pytest.mark.parametrize(
    ("content", "sentence", "line"),
    [
        ("", "The file is empty.", None),
        ("\ufeff \r\n", "The file is empty.", None),
        ("external_id,given_name\n", "no lines below it", None),
        ("Zoë,Quist\nS1,Q", "The first line must name the columns", 1),
        ("given_name\nZoë", "The column external_id is missing.", 1),
        ("external_id,nickname\nS1,Z", "We do not know the column nickname.", 1),
        ("external_id,External ID\nS1,S2", "Several columns are called external_id.", 1),
        ("external_id,given_name\nS1,Zo\0", "NUL", 2),
        ('external_id,given_name\nS1,"Zoë\nS2,Q\n', "opened on this line and never closed", 2),
        ('external_id,given_name\nS1,Zoë\nS2,"Q"x\n', "behind a closing quotation mark", 3),
        (f'external_id\nS1\n"{"x" * 10_001}"\n', "more than 10,000 characters", 3),
        (f'external_id\nS1\n"{"x" * 140_000}"\n', "does not end", 3),
        (b"external_id,given_name\nS1,Zo\xeb\n", "Windows-1252, where “Zoë” stands", 2),
        (b"external_id,given_name\nS1,Zo\xc3\x81\x81\n", "broken", 2),
        (b"external_id,given_name\nS1,\xff\xfe\xfd", "", 2),
        (b"PK\x03\x04\x14\x00", "Save it as “CSV UTF-8” first.", None),
        (b"\xff\xfee\x00x", "breaks off", None),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(
    app: Flask, content: bytes | str, sentence: str, line: int | None
) -> None:
    said, where = refusal(app, content)
    assert sentence in said
    assert where == line


def test_as_many_lines_as_allowed_are_read_and_one_more_is_not() -> None:
    def lines(number: int) -> bytes:
        return b"external_id\n" + b"S\n" * number

    assert len(read_sheet(lines(3), KNOWN, REQUIRED, most=3).lines) == 3
    with pytest.raises(TooManyLines):
        read_sheet(lines(4), KNOWN, REQUIRED, most=3)
    assert len(read(lines(50_000)).lines) == 50_000
    with pytest.raises(TooManyLines):
        read(lines(50_001))


CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)
ROWS = st.lists(st.tuples(st.text("S0123456789", min_size=1, max_size=5), CELLS), min_size=1)


@given(ROWS, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_is_written_is_read_again(
    rows: list[tuple[str, str]], delimiter: str, ending: str, quoted: bool
) -> None:
    # Python before 3.12 writes a carriage return without the quotes it needs
    assume(quoted or not any("\r" in name for _number, name in rows))
    written = io.StringIO(newline="")
    style: Any = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(written, delimiter=delimiter, lineterminator=ending, quoting=style)
    writer.writerows([("external_id", "given_name"), *rows])
    sheet = read(written.getvalue())
    assert [(line.cells["external_id"], line.cells["given_name"]) for line in sheet.lines] == [
        (number.strip(), name.strip()) for number, name in rows
    ]


def outcome_of(content: bytes) -> Sheet | ApplicationError:
    try:
        return read(content)
    except ApplicationError as refused:
        return refused


@given(st.binary(max_size=400))
def test_no_bytes_bring_the_reader_down(content: bytes) -> None:
    outcome = outcome_of(b"external_id,given_name\n" + content)
    if isinstance(outcome, Sheet):
        assert all(set(line.cells) <= set(KNOWN) for line in outcome.lines)
    else:
        assert outcome.status == 422


@given(st.text(max_size=200))
def test_no_text_brings_the_reader_down(content: str) -> None:
    outcome = outcome_of(content.encode("utf-8", "surrogatepass"))
    assert outcome.lines if isinstance(outcome, Sheet) else outcome.status == 422
