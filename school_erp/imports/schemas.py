from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Schema
from school_erp.core.sheets.schemas import MistakeSchema, SheetReport


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


class CountsSchema(Schema):
    created = ma.fields.Integer(required=True)
    changed = ma.fields.Integer(required=True)
    unchanged = ma.fields.Integer(required=True)
    rejected = ma.fields.Integer(required=True)


class ReportSchema(SheetReport):
    """Lines that change nothing are only counted; of others and of mistakes the first 500."""

    kind = ma.fields.String(required=True)
    counts = ma.fields.Nested(CountsSchema, required=True)
    records = ma.fields.List(ma.fields.Nested(RecordSchema), required=True)
    mistakes = ma.fields.List(ma.fields.Nested(MistakeSchema), required=True)
