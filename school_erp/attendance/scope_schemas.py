from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _
from marshmallow import validate

from school_erp.attendance.actions.bulk import MOST_RECORDS
from school_erp.attendance.schemas import RecordBody
from school_erp.attendance.vocabulary import Status
from school_erp.core.bounds import Length, Range
from school_erp.core.schemas import Choice, Day, Paragraph, Schema, Text

MOST_SECTIONS = 500


class ScopeBody(Schema):
    """One of the three."""

    sections = ma.fields.List(ma.fields.UUID(), validate=Length(min=1, max=MOST_SECTIONS))
    grade = Text(most=50)
    everyone = ma.fields.Boolean(validate=validate.Equal(True))

    @ma.validates_schema
    def is_one_of_the_three(self, said: dict[str, Any], **_extra: Any) -> None:
        if len(said) != 1:
            raise ma.ValidationError(_("Name sections, a grade, or everyone: one of them."))


class SaidBody(Schema):
    status = Choice(Status)
    code = Text(most=4)

    says_something = RecordBody.says_something


class ExceptionBody(SaidBody):
    student_id = ma.fields.UUID(required=True)
    minutes_late = ma.fields.Integer(strict=True, validate=Range(min=0, max=600))
    remarks = Paragraph(most=500, blank=True)


class ScopeMarkingBody(Schema):
    date = Day(required=True)
    scope = ma.fields.Nested(ScopeBody, required=True)
    period = ma.fields.Integer(strict=True, validate=Range(min=1, max=30))
    default = ma.fields.Nested(SaidBody, required=True)
    exceptions = ma.fields.List(
        ma.fields.Nested(ExceptionBody),
        load_default=list,
        validate=Length(max=MOST_RECORDS),
    )
    only_blank = ma.fields.Boolean(
        load_default=False,
        metadata={"description": "Leave those who have a mark, but for the exceptions"},
    )
    reason = Paragraph(most=500)
