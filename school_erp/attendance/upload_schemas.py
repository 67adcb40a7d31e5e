from __future__ import annotations

import marshmallow as ma

from school_erp.attendance.job_schemas import CountsShape
from school_erp.core.schemas import Paragraph, Schema, Text


class UploadQuery(Schema):
    dry_run = ma.fields.Boolean(
        load_default=True, metadata={"description": "Only say what the file would do"}
    )
    fingerprint = Text(
        most=64, metadata={"description": "Of the report one has seen; needed to store marks"}
    )
    skip_rejected = ma.fields.Boolean(
        load_default=False,
        metadata={"description": "Store the good lines although others have mistakes"},
    )
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


class UploadMistakeShape(Schema):
    line = ma.fields.Integer(required=True)
    column = ma.fields.String(required=True, metadata={"description": "Empty: the whole line"})
    code = ma.fields.String(required=True)
    message = ma.fields.String(required=True)


class UploadReport(Schema):
    """Of the lines that could be stored, and of those with mistakes, the first 500 each."""

    dry_run = ma.fields.Boolean(required=True)
    delimiter = ma.fields.String(required=True)
    lines = ma.fields.Integer(required=True)
    counts = ma.fields.Nested(CountsShape, required=True)
    records = ma.fields.List(ma.fields.Nested(ForeseenShape), required=True)
    mistakes = ma.fields.List(ma.fields.Nested(UploadMistakeShape), required=True)
    fingerprint = ma.fields.String(required=True)
