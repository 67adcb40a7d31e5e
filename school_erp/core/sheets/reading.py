"""From the bytes of a file to named cells: whatever spreadsheets save as CSV, and why not else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from school_erp.core.sheets.decoding import text_of
from school_erp.core.sheets.errors import BadFile, TooManyLines
from school_erp.core.sheets.heading import Heading, heading_of

MOST_LINES = 50_000
LONGEST_CELL = 10_000
UNEVEN = _(
    "This line has more or fewer cells than the heading. "
    "A comma inside a cell needs quotation marks around the cell."
)
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Line:
    """What one line says, by the names of the columns; `number` as a text editor counts."""

    number: int
    cells: dict[str, str]
    fits: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    delimiter: str
    columns: Sequence[str]
    lines: Sequence[Line]


def read_sheet(
    content: bytes, known: Sequence[str], required: Sequence[str], most: int = MOST_LINES
) -> Sheet:
    """The file, if its heading has the required columns and none but the known ones."""
    text = text_of(content)
    delimiter, text, first = _delimiter_of(text, known)
    rows = _rows(text, delimiter, first, most)
    number, cells = next(rows, (1, []))
    heading = heading_of(cells, known, required, number)
    lines = [_line(number, cells, heading) for number, cells in rows]
    if not lines:
        raise BadFile(_("The file has a heading, but no lines below it."))
    return Sheet(DELIMITERS[delimiter], heading.names, lines)


def _delimiter_of(text: str, known: Sequence[str]) -> tuple[str, str, int]:
    """What parts the cells of the heading, and the text from the heading on."""
    first, _end, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        named = first.strip()[4]
        return (named if named in DELIMITERS else ","), rest, 2
    names = {name.replace("_", "") for name in known}

    def fitting(delimiter: str) -> tuple[int, int]:
        cells = [cell.strip().strip('"').lower() for cell in first.split(delimiter)]
        found = sum(cell.replace("_", "").replace(" ", "") in names for cell in cells)
        return found, len(cells)

    return max(DELIMITERS, key=fitting), text, 1


def _rows(text: str, delimiter: str, first: int, most: int) -> Iterator[tuple[int, list[str]]]:
    """Each row that says anything, with the number of the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count, begins = 0, first
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise BadFile(_why(fault), begins) from fault
        if any(cell.strip() for cell in cells):
            count += 1
            if count > most + 1:  # the heading is the first
                raise _too_many(most)
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise BadFile(_too_long(begins), begins)
            yield begins, cells
        begins = first + reader.line_num


def _too_many(most: int) -> TooManyLines:
    return TooManyLines(
        _(
            "A file may have at most %(most)s lines below its heading. "
            "Please split it into several.",
            most=f"{most:,}",
        )
    )


def _why(fault: csv.Error) -> object:
    said = str(fault)
    if "unexpected end" in said:
        return _("A quotation mark is opened on this line and never closed.")
    if "field larger" in said:
        return _(
            "A cell that begins on this line does not end. "
            "Is a quotation mark missing at the end of one?"
        )
    return _(
        "There is text behind a closing quotation mark on this line. "
        "Inside a cell, write a quotation mark twice."
    )


def _too_long(number: int) -> object:
    return _(
        "Line %(line)s has a cell of more than %(most)s characters. "
        "Is a quotation mark missing at the end of one?",
        line=number,
        most=f"{LONGEST_CELL:,}",
    )


def _line(number: int, cells: list[str], heading: Heading) -> Line:
    named = {name: cells[place].strip() for place, name in heading.places if place < len(cells)}
    beyond = any(cell.strip() for cell in cells[heading.width :])
    unnamed = any(cells[place].strip() for place in heading.unnamed if place < len(cells))
    return Line(number, named, fits=not beyond and not unnamed and len(named) == len(heading.names))
