from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Choice, Schema
from school_erp.messages.actions.deciding import DECISIONS


class HoldDecisionBody(Schema):
    decision = Choice(DECISIONS, required=True)


class HoldShape(Schema):
    id = ma.fields.UUID(required=True, attribute="hold.id")
    reason = ma.fields.String(
        required=True,
        attribute="hold.reason",
        metadata={
            "description": "class: more than half of it is absent; school: far more than "
            "usual; default: a whole class by one act"
        },
    )
    date = ma.fields.Date(required=True, attribute="hold.date")
    slot = ma.fields.Integer(required=True, attribute="hold.slot", allow_none=True)
    section_id = ma.fields.UUID(required=True, attribute="hold.section_id", allow_none=True)
    section = ma.fields.String(required=True)
    absent = ma.fields.Integer(
        attribute="hold.facts.absent", metadata={"description": "When it was held"}
    )
    students = ma.fields.Integer(attribute="hold.facts.students")
    usual = ma.fields.Float(attribute="hold.facts.usual")
    messages = ma.fields.Integer(
        required=True, metadata={"description": "That wait for the decision now"}
    )
    children = ma.fields.Integer(required=True, attribute="students")
    due_at = ma.fields.AwareDateTime(
        attribute="hold.due_at",
        allow_none=True,
        metadata={"description": "Before that nothing would have left, and released nothing will"},
    )
    decision = ma.fields.String(
        required=True,
        attribute="hold.decision",
        allow_none=True,
        metadata={"description": "released, dropped, or lifted: the marks were put right"},
    )
    decided_at = ma.fields.AwareDateTime(
        required=True, attribute="hold.decided_at", allow_none=True
    )
    decided_by = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True, attribute="hold.created_at")


class HoldList(Schema):
    items = ma.fields.List(ma.fields.Nested(HoldShape), required=True)


class RecipientShape(Schema):
    student = ma.fields.String(required=True)
    guardian = ma.fields.String(required=True)
    section = ma.fields.String(required=True, allow_none=True)
    channel = ma.fields.String(required=True)
    address = ma.fields.String(required=True)
    state = ma.fields.String(required=True)


class HoldWithRecipients(Schema):
    hold = ma.fields.Nested(HoldShape, required=True, attribute="shown")
    recipients = ma.fields.List(ma.fields.Nested(RecipientShape), required=True)
