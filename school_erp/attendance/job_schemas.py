from __future__ import annotations

from typing import Any

import marshmallow as ma

from school_erp.attendance.schemas import AnswerShape
from school_erp.core.schemas import Choice, PageQuery, Paragraph, Schema, Text, paged

STATES = ("queued", "running", "done", "failed", "cancelled")


class JobQuery(PageQuery):
    state = Choice(STATES)
    kind = Text(most=60)


class UndoBody(Schema):
    reason = Paragraph(most=500)


class JobAccepted(Schema):
    job_id = ma.fields.UUID(required=True)
    status_url = ma.fields.String(required=True)
    events_room = ma.fields.String(required=True)


class CountsShape(Schema):
    created = ma.fields.Integer(required=True)
    changed = ma.fields.Integer(required=True)
    unchanged = ma.fields.Integer(required=True)
    kept = ma.fields.Integer(required=True)
    conflict = ma.fields.Integer(required=True)
    rejected = ma.fields.Integer(required=True)


class JobLine(Schema):
    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    total = ma.fields.Integer(required=True)
    done = ma.fields.Integer(required=True)
    percent = ma.fields.Integer(required=True)
    eta = ma.fields.AwareDateTime(required=True, allow_none=True)
    counts = ma.fields.Nested(CountsShape, required=True)
    errors_url = ma.fields.String(required=True)
    requested_by = ma.fields.UUID(required=True, allow_none=True)
    failure = ma.fields.String(required=True, allow_none=True)
    attempts = ma.fields.Integer(required=True)
    cancel_asked = ma.fields.Boolean(required=True)
    undoes = ma.fields.UUID(required=True, allow_none=True)
    undone_by = ma.fields.UUID(required=True, allow_none=True)
    created_at = ma.fields.AwareDateTime(required=True)
    started_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    finished_at = ma.fields.AwareDateTime(required=True, allow_none=True)


JobPage = paged(JobLine)


class AsStored(ma.fields.List[Any]):
    """There may be thousands, and they are stored just as they are answered."""

    def _serialize(self, value: Any, *_: Any, **_extra: Any) -> Any:
        return value


class JobShape(JobLine):
    """A finished one also says what became of each record."""

    records = AsStored(ma.fields.Nested(AnswerShape))
