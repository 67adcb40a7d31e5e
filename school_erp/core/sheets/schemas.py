"""What every file of lines is sent with, and what is said of it."""

from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Schema, Text


class SheetQuery(Schema):
    dry_run = ma.fields.Boolean(
        load_default=True, metadata={"description": "Only say what the file would do"}
    )
    fingerprint = Text(
        most=64, metadata={"description": "Of the report one has seen; needed to store anything"}
    )
    skip_rejected = ma.fields.Boolean(
        load_default=False,
        metadata={"description": "Store the good lines although others have mistakes"},
    )


class MistakeSchema(Schema):
    line = ma.fields.Integer(required=True)
    column = ma.fields.String(required=True, metadata={"description": "Empty: the whole line"})
    message = ma.fields.String(required=True)


class SheetReport(Schema):
    dry_run = ma.fields.Boolean(required=True)
    delimiter = ma.fields.String(required=True)
    lines = ma.fields.Integer(required=True)
    fingerprint = ma.fields.String(required=True)
