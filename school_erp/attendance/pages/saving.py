"""A posted register: one marking for all that was touched, and a notice for what was not stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import marshmallow as ma
from flask_babel import gettext as _

from school_erp.attendance.actions.marking import mark
from school_erp.attendance.errors import REFUSALS
from school_erp.attendance.marking import Answer, Marking, Record
from school_erp.attendance.pages.register_page import Notice, RegisterPage
from school_erp.attendance.pages.typed import (
    Said,
    TypedMark,
    fill_blanks,
    read_record,
    typed_marks,
)
from school_erp.attendance.queries.around import names_of
from school_erp.attendance.schemas import ReasonBody
from school_erp.attendance.vocabulary import Outcome
from school_erp.core.errors import sentences_in

STORED = (Outcome.CREATED, Outcome.CHANGED, Outcome.UNCHANGED)


Left = dict[UUID, tuple[Said, Notice | None]]


@dataclass(slots=True)
class Saved:
    """How many marks were stored; and of the other rows what was said and what became of it."""

    stored: int = 0
    left: Left = field(default_factory=dict)
    reason: str = ""
    reason_fault: str = ""

    @property
    def status(self) -> int:
        if self.reason_fault:
            return 422
        kinds = Counter(notice.kind for _said, notice in self.left.values() if notice)
        if not kinds:
            return 200
        return 409 if kinds.keys() <= {Outcome.CONFLICT.value, Outcome.KEPT.value} else 422


def save_posted(page: RegisterPage, form: Mapping[str, str]) -> Saved:
    typed = typed_marks(form, page.student_ids)
    if form.get("intent") == "all-present" and page.offer.present:
        suggested = {row.student.student_id for row in page.rows if row.student.suggestion}
        typed = fill_blanks(typed, page.offer.present.code, suggested)
    touched = [each for each in typed if each.touched]
    reason, fault = read_reason(form)
    if touched and page.needs_reason and not reason:
        fault = fault or str(REFUSALS["reason_needed"])
    if fault:
        left: Left = {each.student_id: (each.said, None) for each in touched}
        return Saved(left=left, reason=form.get("reason", ""), reason_fault=fault)
    return _store(page, touched, reason)


def read_reason(form: Mapping[str, str]) -> tuple[str, str]:
    """The reason, and what is wrong with it."""
    given = form.get("reason", "").strip()
    if not given:
        return "", ""
    try:
        reason: str = ReasonBody().load({"reason": given})["reason"]
    except ma.ValidationError as refusal:
        return "", _joined(refusal)
    return reason, ""


def _store(page: RegisterPage, touched: Sequence[TypedMark], reason: str) -> Saved:
    saved = Saved(reason=reason)
    found = [_read(each, page, saved) for each in touched]
    records = [record for record in found if record is not None]
    if not records:
        return saved
    place = page.place
    marking = Marking(place.school_id, place.day, place.slot, records, page.marker, reason)
    answers = mark(marking).answers
    saved.stored = sum(answer.outcome in STORED for answer in answers)
    said = {each.student_id: each.said for each in touched}
    _note_left(saved, page, [each for each in answers if each.outcome not in STORED], said)
    return saved


def _note_left(
    saved: Saved, page: RegisterPage, left: Sequence[Answer], said: Mapping[UUID, Said]
) -> None:
    names = names_of(page.place.school_id, (each.mark.marked_by for each in left if each.mark))
    for answer in left:
        standing, typed = answer.mark, said[answer.student_id]
        by = names.get(standing.marked_by, "") if standing and standing.marked_by else ""
        notice = Notice(answer.outcome.value, _sentence(answer), typed, standing, by)
        saved.left[answer.student_id] = (_stays(answer, typed), notice)


def _read(typed: TypedMark, page: RegisterPage, saved: Saved) -> Record | None:
    try:
        return read_record(typed, page.section.id, page.rules.codes)
    except ma.ValidationError as refusal:
        notice = Notice(Outcome.REJECTED.value, _joined(refusal), typed.said)
        saved.left[typed.student_id] = (typed.said, notice)
        return None


def _joined(refusal: ma.ValidationError) -> str:
    return " ".join(str(sentence) for sentence in sentences_in(refusal.messages))


def _stays(answer: Answer, said: Said) -> Said:
    """What cannot be had shows what stands; the rest keeps what was typed."""
    return Said.of(answer.mark) if answer.outcome is Outcome.KEPT else said


def _sentence(answer: Answer) -> str:
    if answer.error:
        return answer.error.message
    if answer.outcome is Outcome.KEPT:
        return str(_("What the office entered stands. Ask the office to change it."))
    return str(_("Somebody changed this while you were at it. Save again to use yours."))
