"""A column of a file, held to the very rule that the same field has in a form or over the API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from school_erp.core.errors import sentences_in
from school_erp.core.sheets.reading import UNEVEN, Line
from school_erp.imports.plan import Record

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Column:
    name: str
    field: ma.fields.Field[Any]
    means: Any
    example: str = ""
    required: bool = False
    choices: Sequence[str] = ()
    # several answers in one cell, separated by ; or |
    several: bool = False

    def read(self, cell: str) -> Any:
        if self.several:
            parts = filter(None, (part.strip() for part in re.split("[;|]", cell)))
            return tuple(dict.fromkeys(self._one(part) for part in parts))
        return self._one(cell)

    def _one(self, cell: str) -> Any:
        if isinstance(self.field, ma.fields.Date) and not _DAY.fullmatch(cell):
            raise ma.ValidationError([_("Write a date as year-month-day, such as 2026-09-01.")])
        if not self.choices:
            return self.field.deserialize(cell)
        word = re.sub(r"[\s-]+", "_", cell.lower())
        if word not in self.choices:
            raise ma.ValidationError(
                [_("This is none of %(choices)s.", choices=", ".join(self.choices))]
            )
        return word

    @property
    def may_be_blank(self) -> bool:
        return not self.field.required


@dataclass
class CellReader:
    """Each distinct cell of a column is looked at once: names and classes come again and again."""

    columns: Sequence[Column]
    _seen: dict[tuple[str, str], Any] = field(default_factory=dict)

    def records(self, lines: Iterable[Line]) -> list[Record]:
        return [self._record(line) for line in lines]

    def _record(self, line: Line) -> Record:
        record = Record(line.number, {})
        if not line.fits:
            record.reject("", UNEVEN)
            return record
        for column in self.columns:
            if column.name in line.cells:
                self._read(record, column, line.cells[column.name])
        return record

    def _read(self, record: Record, column: Column, cell: str) -> None:
        if not cell:
            if not column.may_be_blank:
                record.reject(column.name, _("This may not be empty."))
            elif column.field.allow_none:
                record.values[column.name] = None
            return
        key = (column.name, cell)
        if key not in self._seen:
            self._seen[key] = _answer(column, cell)
        answer = self._seen[key]
        if isinstance(answer, ma.ValidationError):
            record.reject(column.name, _sentence(answer))
        else:
            record.values[column.name] = answer


def _answer(column: Column, cell: str) -> Any:
    try:
        return column.read(cell)
    except ma.ValidationError as refusal:
        return refusal


def _sentence(refusal: ma.ValidationError) -> Any:
    return sentences_in(refusal.messages)[0]
