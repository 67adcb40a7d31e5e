from __future__ import annotations

import re
from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _
from marshmallow import validate

from school_erp.attendance.actions.bulk import MOST_RECORDS
from school_erp.attendance.queries.registers import Standing
from school_erp.attendance.vocabulary import Status
from school_erp.core.bounds import Length, Range
from school_erp.core.ids import ReadId
from school_erp.core.schemas import Choice, Day, Moment, Paragraph, Schema, Text, paged

MOST_OPERATIONS = 200

_STATUSES = {str(status) for status in Status}
# by which a register is counted
_COUNTED = {*_STATUSES, "unmarked"}
_is_id = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch


def _minutes_late() -> ma.fields.Integer:
    after_close = (
        "Of a late mark. Without a code, more than `closed_after_minutes` mean the school's code "
        "for who came after the close, where it has one"
    )
    return ma.fields.Integer(
        strict=True, validate=Range(min=0, max=600), metadata={"description": after_close}
    )


class RecordBody(Schema):
    student_id = ma.fields.UUID(required=True)
    status = Choice(Status)
    code = Text(most=4)
    remarks = Paragraph(most=500, blank=True)
    minutes_late = _minutes_late()
    base_version = ma.fields.Integer(strict=True, validate=Range(min=0))
    marked_at = Moment()

    @ma.validates_schema
    def says_something(self, said: dict[str, Any], **_extra: Any) -> None:
        if not (said.get("status") or said.get("code")):
            raise ma.ValidationError(_("Give a status or a code."), "status")


class Records(ma.fields.List[Any]):
    """Most records of a class say a student and a status: those need no schema to be read."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(ma.fields.Nested(RecordBody), **extra)

    def _deserialize(self, value: Any, *place: Any, **extra: Any) -> list[Any]:
        if not isinstance(value, list):
            return super()._deserialize(value, *place, **extra)
        read = list(map(_plainly_said, value))
        others = [number for number, said in enumerate(read) if said is None]
        try:
            said = super()._deserialize([value[number] for number in others], *place, **extra)
        except ma.ValidationError as fault:
            told = {others[int(at)]: why for at, why in fault.messages_dict.items()}
            raise ma.ValidationError(told) from fault
        for number, each in zip(others, said, strict=True):
            read[number] = each
        return read


def _plainly_said(value: Any) -> dict[str, Any] | None:
    """Nothing where the schema must look at it."""
    if not isinstance(value, dict) or len(value) != 2:
        return None
    student_id, status = value.get("student_id"), value.get("status")
    if not (isinstance(student_id, str) and isinstance(status, str) and status in _STATUSES):
        return None
    if not _is_id(student_id):
        return None
    return {"student_id": ReadId(student_id), "status": status}


class MarkingBody(Schema):
    date = Day(required=True)
    section_id = ma.fields.UUID(required=True)
    period = ma.fields.Integer(strict=True, validate=Range(min=1, max=30))
    records = Records(required=True, validate=Length(min=1, max=MOST_RECORDS))
    reason = Paragraph(most=500)


class OperationBody(RecordBody):
    """A mark that was made on a device, whenever it is sent; an empty code takes it back."""

    id = ma.fields.UUID(required=True)
    code = Text(most=4, blank=True)
    date = Day(required=True)
    section_id = ma.fields.UUID(required=True)
    period = ma.fields.Integer(required=True, strict=True, validate=Range(min=1, max=30))
    base_version = ma.fields.Integer(required=True, strict=True, validate=Range(min=0))
    marked_at = Moment(required=True)
    reason = Paragraph(most=500)

    @ma.validates_schema
    def says_something(self, said: dict[str, Any], **_extra: Any) -> None:
        if said.get("code") != "":
            super().says_something(said)
        elif said.get("remarks") or said.keys() & {"status", "minutes_late"}:
            raise ma.ValidationError(_("A mark that is taken back says nothing else."), "code")


class SubmissionBody(Schema):
    """A register that was said to be complete on a device, with what stood on its screen."""

    id = ma.fields.UUID(required=True)
    date = Day(required=True)
    section_id = ma.fields.UUID(required=True)
    period = ma.fields.Integer(required=True, strict=True, validate=Range(min=1, max=30))
    counts = ma.fields.Dict(
        keys=ma.fields.String(validate=validate.OneOf(sorted(_COUNTED))),
        values=ma.fields.Integer(strict=True, validate=Range(min=0, max=10_000)),
        required=True,
        metadata={"description": "Students by status; `unmarked` for those without a mark"},
    )
    submitted_at = Moment(required=True)


class OperationsBody(Schema):
    # whose they are, where somebody else may have signed in on the device since
    person_id = ma.fields.UUID()
    operations = ma.fields.List(
        ma.fields.Nested(OperationBody),
        load_default=list,
        validate=Length(max=MOST_OPERATIONS),
    )
    # after the marks that come with them
    submissions = ma.fields.List(
        ma.fields.Nested(SubmissionBody),
        load_default=list,
        validate=Length(max=MOST_OPERATIONS),
    )

    @ma.validates_schema
    def names_each_once(self, said: dict[str, Any], **_extra: Any) -> None:
        both = [*said.get("operations", ()), *said.get("submissions", ())]
        if not both:
            raise ma.ValidationError(_("Name at least one operation."), "operations")
        if len({each["id"] for each in both}) < len(both):
            raise ma.ValidationError(_("Two operations have the same id."), "operations")


class CorrectionBody(Schema):
    status = Choice(Status)
    code = Text(most=4)
    minutes_late = _minutes_late()
    remarks = Paragraph(most=500, blank=True)
    reason = Paragraph(most=500)
    base_version = ma.fields.Integer(strict=True, validate=Range(min=0))

    says_something = RecordBody.says_something


class WithdrawalBody(Schema):
    reason = Paragraph(most=500)
    base_version = ma.fields.Integer(strict=True, validate=Range(min=0))


class ReasonBody(Schema):
    reason = Paragraph(required=True, most=500)


class RegisterQuery(Schema):
    on = Day()
    section_id = ma.fields.UUID()
    state = Choice(Standing)


class DayQuery(Schema):
    on = Day()
    state = Choice(Standing)
    grade = Text()


class MarkShape(Schema):
    status = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    minutes_late = ma.fields.Integer(required=True, allow_none=True)
    remarks = ma.fields.String(required=True)
    source = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    marked_by = ma.fields.String(required=True, allow_none=True)
    marked_at = ma.fields.String(required=True)


class RefusalShape(Schema):
    code = ma.fields.String(required=True)
    message = ma.fields.String(required=True)


class AnswerShape(Schema):
    student_id = ma.fields.String(required=True)
    outcome = ma.fields.String(required=True)
    mark = ma.fields.Nested(MarkShape, required=True, allow_none=True)
    error = ma.fields.Nested(RefusalShape)
    # where a job has several of them
    date = ma.fields.String()
    slot = ma.fields.Integer()


AnswerPage = paged(AnswerShape)


class OperationAnswer(AnswerShape):
    id = ma.fields.String(required=True)
    # whose mark stands instead, where one does
    by = ma.fields.String(required=True)
    register_version = ma.fields.Integer(
        allow_none=True,
        metadata={"description": "What is told of the register up to this version is older news"},
    )


class SubmissionAnswer(Schema):
    id = ma.fields.String(required=True)
    outcome = ma.fields.String(required=True)
    # as the register stands, and who else marked in it last
    counts = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)
    by = ma.fields.String(required=True)
    at = ma.fields.String(required=True, allow_none=True)
    error = ma.fields.Nested(RefusalShape)


class OperationAnswers(Schema):
    operations = ma.fields.List(ma.fields.Nested(OperationAnswer), required=True)
    submissions = ma.fields.List(ma.fields.Nested(SubmissionAnswer), required=True)


class StudentShape(Schema):
    student_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    mark = ma.fields.Nested(MarkShape, required=True, allow_none=True)
    suggestion = ma.fields.String(allow_none=True)


class RegisterShape(Schema):
    section_id = ma.fields.UUID(required=True)
    date = ma.fields.Date(required=True)
    slot = ma.fields.Integer(required=True)
    state = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    students = ma.fields.List(ma.fields.Nested(StudentShape), required=True)


class RegisterLine(Schema):
    section_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    grade = ma.fields.String(allow_none=True)
    date = ma.fields.Date(required=True)
    slot = ma.fields.Integer(required=True)
    slot_name = ma.fields.String(required=True)
    starts_at = ma.fields.Time(required=True)
    room = ma.fields.String(allow_none=True)
    state = ma.fields.String(attribute="standing", required=True)
    version = ma.fields.Integer(required=True)
    taken_at = ma.fields.AwareDateTime(allow_none=True)
    taken_by = ma.fields.String(required=True)
    students = ma.fields.Integer(required=True)
    marked = ma.fields.Integer(required=True)
    absent = ma.fields.Integer(required=True)


RegisterPage = paged(RegisterLine)


class RegisterToKeep(Schema):
    address = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    slot_name = ma.fields.String(required=True)
    date = ma.fields.Date(required=True)
    starts_at = ma.fields.Time(required=True)


class DeviceShape(Schema):
    person_id = ma.fields.UUID(required=True)
    key = ma.fields.String(required=True)
    hours = ma.fields.Integer(required=True)
    registers = ma.fields.List(ma.fields.Nested(RegisterToKeep), required=True)
