"""One line of a file of marks: what it says, or why that is nothing we can store."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from school_erp.attendance.schemas import RecordBody
from school_erp.attendance.vocabulary import Status
from school_erp.core.bounds import Range
from school_erp.core.errors import sentences_in
from school_erp.core.schemas import Choice, Paragraph, Schema, Text, Whole
from school_erp.core.sheets.errors import BadFile
from school_erp.core.sheets.reading import UNEVEN, Line, Sheet

STUDENT = ("student", "external_id", "student_id")
SLOT = ("period", "slot")
SAID = ("status", "code", "minutes_late", "remarks")
COLUMNS = ("date", *SLOT, *STUDENT, "section", *SAID)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HALF_DAYS = {"am": 1, "pm": 2}


@dataclass(frozen=True, slots=True)
class Mistake:
    line: int
    column: str
    code: str
    message: Any


@dataclass(frozen=True, slots=True)
class LineSaid:
    """`student` and `section` as the file names them; no slot where it says none."""

    number: int
    day: dt.date
    slot: int | None
    student: str
    section: str
    said: Mapping[str, Any]


class Said(Schema):
    status = Choice(Status)
    code = Text(most=4)
    minutes_late = Whole(validate=Range(min=0, max=600))
    remarks = Paragraph(most=500)

    says_something = RecordBody.says_something


def check_columns(columns: Sequence[str]) -> None:
    """What no heading can do without, and what it may say in one way only."""
    for names, needed in ((STUDENT, True), (SLOT, False)):
        found = [name for name in names if name in columns]
        if needed and not found:
            raise BadFile(_("The column %(name)s is missing.", name=names[0]), 1)
        if len(found) > 1:
            raise BadFile(
                _("The columns %(names)s say the same. Keep one.", names=", ".join(found)), 1
            )
    if not {"status", "code"} & set(columns):
        raise BadFile(_("There must be a column status, or a column code."), 1)


def read_lines(sheet: Sheet) -> tuple[list[LineSaid], list[Mistake]]:
    check_columns(sheet.columns)
    seen: dict[tuple[str, ...], Any] = {}
    read = [_read(line, seen) for line in sheet.lines]
    return (
        [each for each in read if isinstance(each, LineSaid)],
        [each for each in read if isinstance(each, Mistake)],
    )


def _read(line: Line, seen: dict[tuple[str, ...], Any]) -> LineSaid | Mistake:
    if not line.fits:
        return Mistake(line.number, "", "uneven_line", UNEVEN)
    cells = line.cells
    day = _day(cells["date"])
    if day is None:
        sentence = _("Write a date as year-month-day, such as 2026-09-01.")
        return Mistake(line.number, "date", "invalid", sentence)
    student = _one_of(cells, STUDENT)
    if not student:
        return Mistake(line.number, "student", "invalid", _("This may not be empty."))
    slot = _slot(_one_of(cells, SLOT))
    if slot == 0:
        sentence = _("This is no period. Write its number, or AM or PM.")
        return Mistake(line.number, "period", "invalid", sentence)
    said = _said(tuple(cells.get(name, "") for name in SAID), seen)
    if isinstance(said, ma.ValidationError):
        [(column, found), *_rest] = said.normalized_messages().items()  # type: ignore[no-untyped-call]
        return Mistake(line.number, column, "invalid", sentences_in(found)[0])
    return LineSaid(line.number, day, slot, student, cells.get("section", ""), said)


def _one_of(cells: Mapping[str, str], names: Sequence[str]) -> str:
    return next((cells[name] for name in names if name in cells), "")


def _day(cell: str) -> dt.date | None:
    if not _DAY.fullmatch(cell):
        return None
    try:
        return dt.date.fromisoformat(cell)
    except ValueError:
        return None


def _slot(cell: str) -> int | None:
    """Nothing where the cell is empty, 0 where it is no slot."""
    if not cell:
        return None
    if cell.lower() in _HALF_DAYS:
        return _HALF_DAYS[cell.lower()]
    number = int(cell) if re.fullmatch(r"[0-9]{1,2}", cell) else 0
    return number if number <= 30 else 0


def _said(cells: tuple[str, ...], seen: dict[tuple[str, ...], Any]) -> Any:
    """The same few things are said of thousands, so each is looked at once."""
    if cells not in seen:
        given = {name: cell for name, cell in zip(SAID, cells, strict=True) if cell}
        if "status" in given:
            given["status"] = given["status"].upper()
        try:
            seen[cells] = Said().load(given)
        except ma.ValidationError as refusal:
            seen[cells] = refusal
    return seen[cells]


def said_once(said: Sequence[LineSaid]) -> tuple[list[LineSaid], list[Mistake]]:
    """Of lines on the same student and slot the first counts; of those that disagree none."""
    groups: defaultdict[tuple[Any, ...], list[LineSaid]] = defaultdict(list)
    for each in said:
        groups[(each.student, each.day, each.slot)].append(each)
    kept: list[LineSaid] = []
    mistakes: list[Mistake] = []
    for first, *more in groups.values():
        differing = any(other.said != first.said for other in more)
        if not differing:
            kept.append(first)
        mistakes += (
            _named_twice(each, first, more, differing=differing)
            for each in ([first, *more] if differing else more)
        )
    return kept, mistakes


def _named_twice(
    line: LineSaid, first: LineSaid, more: Sequence[LineSaid], *, differing: bool
) -> Mistake:
    if not differing:
        sentence = _("Line %(line)s names this student and time already.", line=first.number)
        return Mistake(line.number, "student", "duplicate_student", sentence)
    numbers = ", ".join(str(each.number) for each in (first, *more))
    sentence = _("Lines %(lines)s say different things of this student.", lines=numbers)
    return Mistake(line.number, "", "conflicting_lines", sentence)
