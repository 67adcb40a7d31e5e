"""A class's marks as a form carries them, and what they mean to the one way in.

Each student's row carries, beside what was typed, what the page showed and at which version. Only
rows that somebody touched are sent on, so nobody overwrites what they did not look at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask_babel import gettext as _

from school_erp.attendance.marking import Mark, Record
from school_erp.attendance.rules.codes import CodeSet
from school_erp.attendance.schemas import RecordBody
from school_erp.attendance.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Said:
    """What stands in one student's row."""

    code: str = ""
    minutes: str = ""
    remarks: str = ""

    @classmethod
    def of(cls, mark: Mark | None) -> Said:
        if mark is None:
            return cls()
        minutes = "" if mark.minutes_late is None else str(mark.minutes_late)
        return cls(mark.code, minutes, mark.remarks)

    @classmethod
    def read(cls, packed: str) -> Said:
        """As the page packed it; anything else is as good as blank."""
        try:
            code, minutes, remarks = map(str, json.loads(packed))
        except (ValueError, TypeError, RecursionError):
            return cls()
        return cls(code, minutes, remarks)

    def packed(self) -> str:
        return json.dumps(
            [self.code, self.minutes, self.remarks], ensure_ascii=False, separators=(",", ":")
        )


@dataclass(frozen=True, slots=True)
class TypedMark:
    student_id: UUID
    said: Said
    shown: Said
    version: str
    chosen_twice: bool = False

    @property
    def touched(self) -> bool:
        return self.chosen_twice or self.said != self.shown


def typed_marks(form: Mapping[str, str], student_ids: Sequence[UUID]) -> list[TypedMark]:
    return [_typed(form, student_id) for student_id in student_ids]


def fill_blanks(typed: Sequence[TypedMark], code: str, but: set[UUID]) -> list[TypedMark]:
    """Only rows that nobody said anything about."""
    return [
        replace(each, said=replace(each.said, code=code))
        if not each.said.code and not each.chosen_twice and each.student_id not in but
        else each
        for each in typed
    ]


def read_record(typed: TypedMark, section_id: UUID, codes: CodeSet) -> Record:
    """The row as a record, or the reason why it is none, by the same schema as the API's."""
    if typed.chosen_twice:
        raise ma.ValidationError(_("Two marks are chosen here. Keep one of them."))
    body = {"student_id": str(typed.student_id), "remarks": typed.said.remarks}
    if typed.said.code:
        body["code"] = typed.said.code
    loaded: dict[str, Any] = RecordBody().load(body | _numbers(typed, codes))
    return Record(section_id=section_id, **loaded)


def _numbers(typed: TypedMark, codes: CodeSet) -> dict[str, Any]:
    """Minutes belong to a late mark; what an earlier choice left in the field does not count."""
    numbers: dict[str, Any] = {"base_version": whole_number(typed.version or "0")}
    code = codes.named(typed.said.code)
    if typed.said.minutes and code is not None and code.status is Status.LATE:
        numbers["minutes_late"] = whole_number(typed.said.minutes)
    return numbers


def whole_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ma.ValidationError(_("This is not a whole number."))
    return int(text)


def _typed(form: Mapping[str, str], student_id: UUID) -> TypedMark:
    def field(name: str) -> str:
        return form.get(f"{name}-{student_id}", "").replace("\r\n", "\n").strip()

    shown = Said.read(form.get(f"shown-{student_id}", ""))
    chosen = [code for code in (field("other"), field("code")) if code]
    fresh = [code for code in chosen if code != shown.code]
    code = (fresh or chosen or [""])[0]
    said = Said(code, field("minutes"), field("remark"))
    return TypedMark(student_id, said, shown, field("version"), len(set(fresh)) > 1)
