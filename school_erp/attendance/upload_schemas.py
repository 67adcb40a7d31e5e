from __future__ import annotations

import marshmallow as ma

from school_erp.attendance.job_schemas import CountsShape
from school_erp.core.schemas import Paragraph, Schema
from school_erp.core.sheets.schemas import MistakeSchema, SheetQuery, SheetReport


class UploadQuery(SheetQuery):
    reason = Paragraph(
        most=500,
        load_default="",
        metadata={"description": "Needed where a register was submitted already"},
    )


class ForeseenShape(Schema):
    line = ma.fields.Integer(required=True)
    student_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    date = ma.fields.Date(required=True)
    period = ma.fields.Integer(required=True)
    outcome = ma.fields.String(required=True)
    code = ma.fields.String(required=True, metadata={"description": "That would stand then"})


class UploadMistakeShape(MistakeSchema):
    code = ma.fields.String(required=True)


class UploadReport(SheetReport):
    """Of the lines that could be stored, and of those with mistakes, the first 500 each."""

    counts = ma.fields.Nested(CountsShape, required=True)
    records = ma.fields.List(ma.fields.Nested(ForeseenShape), required=True)
    mistakes = ma.fields.List(ma.fields.Nested(UploadMistakeShape), required=True)
