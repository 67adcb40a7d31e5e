from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Moment, Schema, paged


class NotificationShape(Schema):
    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True)
    sentence = ma.fields.String(
        required=True, metadata={"description": "In the language of whoever asks"}
    )
    address = ma.fields.String(
        required=True, metadata={"description": "The page that shows what it is about"}
    )
    facts = ma.fields.Dict(
        required=True, metadata={"description": "What it is about, by ids, dates and slots"}
    )
    at = ma.fields.AwareDateTime(required=True)
    read_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class UnreadShape(Schema):
    unread = ma.fields.Integer(required=True)


class NotificationPage(paged(NotificationShape), UnreadShape):  # type: ignore[misc]
    pass


class ReadBody(Schema):
    until = Moment(metadata={"description": "Only what stood there then; else all there is now"})
