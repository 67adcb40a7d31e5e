from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Schema, Text


class ImportQuery(Schema):
    dry_run = ma.fields.Boolean(
        load_default=True, metadata={"description": "Only say what the file would change"}
    )
    fingerprint = Text(
        most=64, metadata={"description": "Of the report one has seen; needed to import"}
    )
    skip_rejected = ma.fields.Boolean(
        load_default=False,
        metadata={"description": "Import the good lines although others have mistakes"},
    )


class ChangeSchema(Schema):
    old = ma.fields.Raw(allow_none=True, required=True)
    new = ma.fields.Raw(allow_none=True, required=True)


class RecordSchema(Schema):
    line = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True, attribute="label")
    outcome = ma.fields.String(required=True)
    changes = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Nested(ChangeSchema), required=True
    )


class MistakeSchema(Schema):
    line = ma.fields.Integer(required=True)
    column = ma.fields.String(required=True, metadata={"description": "Empty: the whole line"})
    message = ma.fields.String(required=True)


class CountsSchema(Schema):
    created = ma.fields.Integer(required=True)
    changed = ma.fields.Integer(required=True)
    unchanged = ma.fields.Integer(required=True)
    rejected = ma.fields.Integer(required=True)


class ReportSchema(Schema):
    """Lines that change nothing are only counted; of others and of mistakes the first 500."""

    kind = ma.fields.String(required=True)
    dry_run = ma.fields.Boolean(required=True)
    delimiter = ma.fields.String(required=True)
    lines = ma.fields.Integer(required=True)
    counts = ma.fields.Nested(CountsSchema, required=True)
    records = ma.fields.List(ma.fields.Nested(RecordSchema), required=True)
    mistakes = ma.fields.List(ma.fields.Nested(MistakeSchema), required=True)
    fingerprint = ma.fields.String(required=True)
