from __future__ import annotations

import marshmallow as ma

from school_erp.calling.vocabulary import Outcome, Turn
from school_erp.core.schemas import Choice, PageQuery, Schema, Text, paged


class CallBody(Schema):
    guardian_id = ma.fields.UUID(required=True, metadata={"description": "Who was rung"})
    outcome = Choice(Outcome, required=True)
    note = Text(most=500, blank=True, load_default="")
    with_siblings = ma.fields.Boolean(
        load_default=False,
        metadata={"description": "Also for brothers and sisters on the list with this adult"},
    )


class NewCallBody(CallBody):
    student_id = ma.fields.UUID(required=True)


class FirstBody(Schema):
    """A page's."""

    first = ma.fields.Boolean(load_default=False)


class CallQuery(PageQuery):
    student_id = ma.fields.UUID(required=True)


class CallAttemptShape(Schema):
    id = ma.fields.UUID(required=True, attribute="attempt.id")
    student_id = ma.fields.UUID(required=True, attribute="attempt.student_id")
    guardian_id = ma.fields.UUID(required=True, attribute="attempt.guardian_id")
    guardian = ma.fields.String(required=True)
    date = ma.fields.Date(required=True, attribute="attempt.date")
    outcome = ma.fields.String(
        required=True, attribute="attempt.outcome", validate=ma.validate.OneOf(list(Outcome))
    )
    note = ma.fields.String(required=True, attribute="attempt.note")
    called_by = ma.fields.String(required=True, attribute="attempt.caller_name")
    at = ma.fields.AwareDateTime(required=True, attribute="attempt.created_at")
    next_at = ma.fields.AwareDateTime(required=True, attribute="attempt.next_at", allow_none=True)


CallPage = paged(CallAttemptShape)


class CallsMade(Schema):
    items = ma.fields.List(ma.fields.Nested(CallAttemptShape), required=True)


class CallContactShape(Schema):
    person_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    relation = ma.fields.String(required=True)
    phone = ma.fields.String(required=True, allow_none=True)
    may_be_rung = ma.fields.Boolean(required=True)


class CallClaimShape(Schema):
    by = ma.fields.String(required=True, attribute="caller_name")
    until = ma.fields.AwareDateTime(required=True)


class CallLineShape(Schema):
    student_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True, attribute="absentee.name")
    homeroom = ma.fields.String(required=True)
    slots = ma.fields.List(ma.fields.Integer(), required=True, attribute="absentee.slots")
    called_first = ma.fields.Boolean(required=True, attribute="absentee.called_first")
    turn = ma.fields.String(required=True, validate=ma.validate.OneOf(list(Turn)))
    next_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    ring = ma.fields.UUID(
        required=True, allow_none=True, metadata={"description": "Whom to ring next"}
    )
    claim = ma.fields.Nested(
        CallClaimShape,
        required=True,
        allow_none=True,
        metadata={"description": "Who is just ringing the family"},
    )
    contacts = ma.fields.List(ma.fields.Nested(CallContactShape), required=True)
    attempts = ma.fields.List(ma.fields.Nested(CallAttemptShape), required=True)


class CallingList(Schema):
    date = ma.fields.Date(required=True)
    items = ma.fields.List(ma.fields.Nested(CallLineShape), required=True)


class CalledFirstShape(Schema):
    student_id = ma.fields.UUID(required=True)
    called_first = ma.fields.Boolean(required=True)
