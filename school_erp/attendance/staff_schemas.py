from __future__ import annotations

from typing import Any

import marshmallow as ma

from school_erp.attendance.schemas import RecordBody, RefusalShape
from school_erp.attendance.staff import KEEPABLE, StaffRecord
from school_erp.attendance.vocabulary import Status
from school_erp.core.bounds import Length, Range
from school_erp.core.schemas import Choice, Day, Moment, PageQuery, Paragraph, Schema, Text, paged

MOST_AT_ONCE = 500


class StaffRecordBody(Schema):
    """Times and remarks that are left out stay as they stand; `null` clears a time."""

    person_id = ma.fields.UUID(required=True)
    status = Choice(Status)
    code = Text(most=4)
    checked_in_at = Moment(allow_none=True)
    checked_out_at = Moment(allow_none=True)
    remarks = Paragraph(most=500, blank=True)
    base_version = ma.fields.Integer(strict=True, validate=Range(min=0))

    says_something = RecordBody.says_something

    @ma.post_load
    def as_record(self, said: dict[str, Any], **_extra: Any) -> StaffRecord:
        return StaffRecord(**said, keeps=KEEPABLE - said.keys())


class StaffMarkingBody(Schema):
    date = Day(required=True)
    records = ma.fields.List(
        ma.fields.Nested(StaffRecordBody),
        required=True,
        validate=Length(min=1, max=MOST_AT_ONCE),
    )
    reason = Paragraph(most=500)


class StaffDayQuery(PageQuery):
    on = Day(metadata={"description": "Today, where nothing is said"})


class StaffPageQuery(Schema):
    on = Day()
    q = Text(most=100)


class StaffRangeQuery(Schema):
    from_ = Day(data_key="from", metadata={"description": "The first of this month, if left out"})
    to = Day(metadata={"description": "Today, if left out"})


class StaffRangePageQuery(StaffRangeQuery, PageQuery):
    pass


class StaffMarkShape(Schema):
    status = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    checked_in_at = ma.fields.String(required=True, allow_none=True)
    checked_out_at = ma.fields.String(required=True, allow_none=True)
    remarks = ma.fields.String(required=True)
    source = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    marked_by = ma.fields.String(required=True, allow_none=True)
    marked_at = ma.fields.String(required=True)


class StaffAnswerShape(Schema):
    person_id = ma.fields.String(required=True)
    outcome = ma.fields.String(required=True)
    mark = ma.fields.Nested(StaffMarkShape, required=True, allow_none=True)
    error = ma.fields.Nested(RefusalShape)


class StaffAnswers(Schema):
    records = ma.fields.List(ma.fields.Nested(StaffAnswerShape), required=True)
    counts = ma.fields.Dict(required=True)


class StaffLineShape(Schema):
    person_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    role = ma.fields.String(required=True)
    mark = ma.fields.Nested(StaffMarkShape, required=True, allow_none=True)


StaffLinePage = paged(StaffLineShape)


class StaffFiguresShape(Schema):
    days = ma.fields.Integer(required=True)
    present = ma.fields.Integer(required=True)
    late = ma.fields.Integer(required=True)
    absent = ma.fields.Integer(required=True)
    excused = ma.fields.Integer(required=True)
    percentage = ma.fields.Float(required=True, allow_none=True)
    hours = ma.fields.Float(required=True)


class StaffTotalShape(Schema):
    person_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    figures = ma.fields.Nested(StaffFiguresShape, required=True)


StaffTotalPage = paged(StaffTotalShape)


class DayOfStaffShape(Schema):
    date = ma.fields.Date(required=True)
    mark = ma.fields.Nested(StaffMarkShape, required=True)


class StaffSummaryShape(StaffTotalShape):
    from_ = ma.fields.Date(required=True, data_key="from")
    to = ma.fields.Date(required=True)
    days = ma.fields.List(ma.fields.Nested(DayOfStaffShape), required=True)
