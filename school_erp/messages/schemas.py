from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Choice, Day, PageQuery, Schema, paged
from school_erp.messages.vocabulary import Channel, State


class MessageQuery(PageQuery):
    state = Choice(State)
    channel = Choice(Channel)
    day = Day(metadata={"description": "On which it was written, where the school is"})
    student_id = ma.fields.UUID()
    guardian_id = ma.fields.UUID()


class MessageShape(Schema):
    id = ma.fields.UUID(required=True, attribute="message.id")
    kind = ma.fields.String(required=True, attribute="message.kind")
    again = ma.fields.Boolean(
        required=True,
        attribute="message.again",
        metadata={"description": "The absence after it had been corrected, or its correction"},
    )
    channel = ma.fields.String(required=True, attribute="message.channel")
    state = ma.fields.String(required=True, attribute="message.state")
    reason = ma.fields.String(
        required=True,
        allow_none=True,
        attribute="message.reason",
        metadata={"description": "Why it was cancelled, failed, or waits"},
    )
    student_id = ma.fields.UUID(required=True, attribute="message.student_id")
    student = ma.fields.String(required=True)
    guardian_id = ma.fields.UUID(required=True, attribute="message.guardian_id")
    guardian = ma.fields.String(required=True)
    date = ma.fields.Date(required=True, attribute="message.date")
    slot = ma.fields.Integer(required=True, attribute="message.slot")
    address = ma.fields.String(required=True, allow_none=True, attribute="message.address")
    subject = ma.fields.String(required=True, allow_none=True, attribute="message.subject")
    text = ma.fields.String(
        required=True,
        allow_none=True,
        attribute="message.text",
        metadata={"description": "As it left; none before it is due"},
    )
    segments = ma.fields.Integer(required=True, allow_none=True, attribute="message.segments")
    attempts = ma.fields.Integer(required=True, attribute="message.attempts")
    created_at = ma.fields.AwareDateTime(required=True, attribute="message.created_at")
    due_at = ma.fields.AwareDateTime(required=True, attribute="message.due_at")
    sent_at = ma.fields.AwareDateTime(required=True, allow_none=True, attribute="message.sent_at")
    settled_at = ma.fields.AwareDateTime(
        required=True, allow_none=True, attribute="message.settled_at"
    )


class AttemptShape(Schema):
    kind = ma.fields.String(
        required=True, metadata={"description": "send, lookup, or callback: the provider's word"}
    )
    outcome = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "None while it is under way"}
    )
    created_at = ma.fields.AwareDateTime(required=True)
    ended_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    provider = ma.fields.String(required=True)
    provider_id = ma.fields.String(required=True, allow_none=True)
    detail = ma.fields.String(required=True)


class MessageWithHistory(MessageShape):
    history = ma.fields.List(ma.fields.Nested(AttemptShape), required=True)


MessagePage = paged(MessageShape)
