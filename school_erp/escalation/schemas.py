from __future__ import annotations

import marshmallow as ma
from marshmallow import validate

from school_erp.core.bounds import Length, Range
from school_erp.core.schemas import Choice, PageQuery, Schema, Whole, paged
from school_erp.escalation.vocabulary import MOST_PERCENT, TOLD, Kind


class RuleChange(Schema):
    threshold = Whole(
        required=True,
        strict=False,
        validate=Range(min=1, max=MOST_PERCENT),
        metadata={"description": "Days, or percent of attendance"},
    )
    roles = ma.fields.List(
        Choice(TOLD),
        required=True,
        validate=Length(min=1),
        metadata={"description": "Who is told; teachers, of those in their homeroom"},
    )
    active = ma.fields.Boolean()


class NewRuleBody(RuleChange):
    kind = Choice(Kind, required=True)


class EscalationRuleShape(Schema):
    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True, validate=validate.OneOf(list(Kind)))
    threshold = ma.fields.Integer(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)
    active = ma.fields.Boolean(required=True)


class EscalationRules(Schema):
    items = ma.fields.List(ma.fields.Nested(EscalationRuleShape), required=True)


class EscalationQuery(PageQuery):
    rule_id = ma.fields.UUID()
    student_id = ma.fields.UUID()
    ended = ma.fields.Boolean(metadata={"description": "Also what is no longer so"})


class MissedMarkShape(Schema):
    date = ma.fields.String(required=True, metadata={"format": "date"})
    slot = ma.fields.Integer(required=True)
    code = ma.fields.String(required=True)
    label = ma.fields.String(required=True)
    status = ma.fields.String(required=True)


class EscalationShape(Schema):
    id = ma.fields.UUID(required=True, attribute="escalation.id")
    rule = ma.fields.Nested(EscalationRuleShape, required=True)
    student_id = ma.fields.UUID(required=True, attribute="escalation.student_id")
    student = ma.fields.String(required=True)
    homeroom = ma.fields.String(required=True)
    crossing = ma.fields.Date(
        required=True,
        attribute="escalation.crossing",
        metadata={"description": "The first day away; or the day of a percentage too low"},
    )
    figure = ma.fields.Float(required=True, attribute="escalation.figure")
    marks = ma.fields.List(
        ma.fields.Nested(MissedMarkShape),
        required=True,
        attribute="escalation.marks",
        metadata={"description": "What caused it, as it stood then"},
    )
    at = ma.fields.AwareDateTime(required=True, attribute="escalation.created_at")
    ended_at = ma.fields.AwareDateTime(
        required=True, allow_none=True, attribute="escalation.ended_at"
    )


EscalationPage = paged(EscalationShape)


class LookedShape(Schema):
    told = ma.fields.Integer(
        required=True, metadata={"description": "How many lines were newly crossed"}
    )
