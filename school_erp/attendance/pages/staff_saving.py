"""A posted day of staff: one marking for all that was touched, a notice for what was not stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import marshmallow as ma
from flask_babel import gettext as _

from school_erp.attendance.actions.staff import mark_staff
from school_erp.attendance.pages.saving import STORED, read_reason
from school_erp.attendance.pages.staff_day import StaffDayPage
from school_erp.attendance.pages.staff_typed import (
    TypedStaff,
    fill_blank_staff,
    read_staff_record,
    typed_staff,
)
from school_erp.attendance.staff import StaffAnswer, StaffMarking, StaffRecord
from school_erp.core.access import Actor
from school_erp.core.errors import sentences_in


@dataclass(slots=True)
class StaffSaved:
    stored: int = 0
    left: dict[UUID, tuple[TypedStaff, str]] = field(default_factory=dict)
    reason: str = ""
    reason_fault: str = ""

    @property
    def status(self) -> int:
        return 422 if self.left or self.reason_fault else 200


def save_staff_day(actor: Actor, page: StaffDayPage, form: Mapping[str, str]) -> StaffSaved:
    typed = typed_staff(form, page.people)
    if form.get("intent") == "all-present" and page.offer.present:
        typed = fill_blank_staff(typed, page.offer.present.code)
    touched = {each.person_id: each for each in typed if each.touched}
    reason, fault = read_reason(form)
    if fault:
        left = {person: (each, "") for person, each in touched.items()}
        return StaffSaved(left=left, reason=form.get("reason", ""), reason_fault=fault)
    saved = StaffSaved(reason=reason)
    records = [record for each in touched.values() if (record := _read(each, page, saved))]
    if records:
        _store(actor, page, records, touched, saved)
    return saved


def _store(
    actor: Actor,
    page: StaffDayPage,
    records: Sequence[StaffRecord],
    touched: Mapping[UUID, TypedStaff],
    saved: StaffSaved,
) -> None:
    answers = mark_staff(
        StaffMarking(actor.school_id, page.date, records, page.marker, saved.reason)
    )
    saved.stored = sum(answer.outcome in STORED for answer in answers)
    for answer in answers:
        if answer.outcome not in STORED:
            typed = touched[answer.person_id]
            saved.left[answer.person_id] = (typed, _sentence(answer, page))


def _read(typed: TypedStaff, page: StaffDayPage, saved: StaffSaved) -> StaffRecord | None:
    try:
        return read_staff_record(typed, page.date, page.zone)
    except ma.ValidationError as refusal:
        told = " ".join(str(sentence) for sentence in sentences_in(refusal.messages))
        saved.left[typed.person_id] = (typed, told)
        return None


def _sentence(answer: StaffAnswer, page: StaffDayPage) -> str:
    if answer.error:
        return answer.error.message
    told = str(_("Somebody changed this while you were at it. Save again to use yours."))
    if answer.mark is None:
        return told
    code = page.code(answer.mark.code)
    now = _("Now: %(code)s %(label)s", code=answer.mark.code, label=code.label if code else "")
    return f"{told} {now}"
