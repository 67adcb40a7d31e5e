"""A day of staff as a form carries it, and what it means to the action.

As in a class's register, each row carries what the page showed and at which version; a field that
nobody touched stays as it stands by then.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import marshmallow as ma
from flask_babel import gettext as _

from school_erp.attendance.pages.typed import whole_number
from school_erp.attendance.staff import StaffMark, StaffRecord
from school_erp.attendance.staff_schemas import StaffRecordBody


@dataclass(frozen=True, slots=True)
class StaffSaid:
    """What stands in one person's row."""

    code: str = ""
    came: str = ""
    left: str = ""
    remark: str = ""

    @classmethod
    def of(cls, mark: StaffMark | None, zone: ZoneInfo) -> StaffSaid:
        if mark is None:
            return cls()
        came, left = _clock(mark.checked_in_at, zone), _clock(mark.checked_out_at, zone)
        return cls(mark.code, came, left, mark.remarks)

    @classmethod
    def read(cls, packed: str) -> StaffSaid:
        """As the page packed it; anything else is as good as blank."""
        try:
            return cls(*map(str, json.loads(packed)))
        except (ValueError, TypeError, RecursionError):
            return cls()

    def packed(self) -> str:
        words = list(asdict(self).values())
        return json.dumps(words, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class TypedStaff:
    person_id: UUID
    said: StaffSaid
    shown: StaffSaid
    version: str

    @property
    def touched(self) -> bool:
        return self.said != self.shown

    def upon(self, stands: StaffSaid) -> StaffSaid:
        """What was typed, over what stands by now; what nobody touched is what stands."""
        names = [each.name for each in fields(StaffSaid)]
        touched = {
            name: getattr(self.said, name)
            for name in names
            if getattr(self.said, name) != getattr(self.shown, name)
        }
        return replace(stands, **touched)


def typed_staff(form: Mapping[str, str], people: Sequence[UUID]) -> list[TypedStaff]:
    """The rows that the form holds; a search may have left others out."""
    return [_typed(form, person) for person in people if f"version-{person}" in form]


def fill_blank_staff(typed: Sequence[TypedStaff], code: str) -> list[TypedStaff]:
    return [
        each if each.said.code else replace(each, said=replace(each.said, code=code))
        for each in typed
    ]


def read_staff_record(typed: TypedStaff, day: dt.date, zone: ZoneInfo) -> StaffRecord:
    """The row as a record, or the reason why it is none, by the same schema as the API's."""
    said, shown = typed.said, typed.shown
    version = whole_number(typed.version or "0")
    body: dict[str, Any] = {"person_id": str(typed.person_id), "base_version": version}
    if said.code:
        body["code"] = said.code
    if said.came != shown.came:
        body["checked_in_at"] = _moment(said.came, day, zone)
    if said.left != shown.left:
        body["checked_out_at"] = _moment(said.left, day, zone)
    if said.remark != shown.remark:
        body["remarks"] = said.remark
    record: StaffRecord = StaffRecordBody().load(body)
    return record


def _typed(form: Mapping[str, str], person: UUID) -> TypedStaff:
    def field(name: str) -> str:
        return form.get(f"{name}-{person}", "").replace("\r\n", "\n").strip()

    shown = StaffSaid.read(form.get(f"shown-{person}", ""))
    said = StaffSaid(**{each.name: field(each.name) for each in fields(StaffSaid)})
    other = field("other")
    if other and other != shown.code:
        said = replace(said, code=other)
    return TypedStaff(person, said, shown, field("version"))


def _moment(typed: str, day: dt.date, zone: ZoneInfo) -> str | None:
    if not typed:
        return None
    try:
        time = dt.time.fromisoformat(typed)
    except ValueError as error:
        raise ma.ValidationError(_("This is not a time of day.")) from error
    return dt.datetime.combine(day, time.replace(tzinfo=None), zone).isoformat()


def _clock(at: dt.datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%H:%M") if at else ""
