from __future__ import annotations

import marshmallow as ma

from school_erp.absences.vocabulary import Reason, State
from school_erp.core.bounds import Length
from school_erp.core.schemas import Choice, Day, PageQuery, Paragraph, Schema, Text, Whole, paged

MOST_SLOTS, MOST_CHILDREN = 30, 20
DECISIONS = (State.ACCEPTED, State.REFUSED)


class ToldBody(Schema):
    """Days, slots and why."""

    starts_on = Day(required=True)
    ends_on = Day(metadata={"description": "The first day, where it is one day alone"})
    slots = ma.fields.List(
        Whole(strict=False),
        validate=Length(max=MOST_SLOTS),
        metadata={"description": "Sessions or periods; the whole of each day, where none is named"},
    )
    reason = Choice(Reason, required=True)
    note = Paragraph(most=1_000, blank=True)


class AbsenceBody(ToldBody):
    student_id = ma.fields.UUID(required=True)
    guardian_id = ma.fields.UUID(
        metadata={"description": "Who rang; for the office alone, others speak for themselves"}
    )


class FamilyBody(ToldBody):
    """A page's: several children at once."""

    student_ids = ma.fields.List(
        ma.fields.UUID(), required=True, validate=Length(min=1, max=MOST_CHILDREN)
    )


class PhoneBody(ToldBody):
    """A page's: what the office was told, and perhaps accepts at once."""

    guardian_id = ma.fields.UUID()
    accept = ma.fields.Boolean(load_default=False)
    code = Text(most=8)


class ExplanationBody(Schema):
    """An answer by a link: from the day of the message on."""

    reason = Choice(Reason, required=True)
    note = Paragraph(most=1_000, blank=True)
    ends_on = Day(metadata={"description": "The last day away, where it is more than the one"})
    whole_day = ma.fields.Boolean(
        load_default=False,
        metadata={"description": "The whole of that day, and not what the message named alone"},
    )


class ExplanationSent(ExplanationBody):
    file = ma.fields.String(
        validate=Length(max=7_000_000),
        metadata={"description": "A PDF or a picture of at most 5 MB, in base64", "format": "byte"},
    )


class SlotShape(Schema):
    slot = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)


class ExplanationShape(Schema):
    """What the message said."""

    school = ma.fields.String(required=True)
    given_name = ma.fields.String(required=True)
    date = ma.fields.Date(required=True)
    slots = ma.fields.List(ma.fields.Nested(SlotShape), required=True)
    expires_at = ma.fields.AwareDateTime(required=True)


class ExplanationAnswer(Schema):
    state = ma.fields.String(required=True)


class AbsenceDecisionBody(Schema):
    decision = Choice(DECISIONS, required=True)
    code = Text(
        most=8,
        metadata={"description": "With acceptance; the usual one of the reason, if left out"},
    )
    answer = Paragraph(
        most=500,
        blank=True,
        load_default="",
        metadata={"description": "For the family; a refusal needs it"},
    )


class CancellationBody(Schema):
    reason = Paragraph(most=500, blank=True, load_default="")


class AbsenceQuery(PageQuery):
    state = Choice(State)
    student_id = ma.fields.UUID()
    from_ = Day(data_key="from")
    to = Day()


class OutcomeShape(Schema):
    date = ma.fields.String(required=True)
    slot = ma.fields.Integer(required=True)
    section_id = ma.fields.String(required=True)
    outcome = ma.fields.String(
        required=True,
        metadata={
            "description": "As marking answers, or was_there where the mark says so and stays"
        },
    )
    code = ma.fields.String(required=True)
    message = ma.fields.String(required=True)


class AbsenceShape(Schema):
    id = ma.fields.UUID(required=True, attribute="absence.id")
    student_id = ma.fields.UUID(required=True, attribute="absence.student_id")
    student = ma.fields.String(required=True)
    starts_on = ma.fields.Date(required=True, attribute="absence.starts_on")
    ends_on = ma.fields.Date(required=True, attribute="absence.ends_on")
    slots = ma.fields.List(ma.fields.Integer(), required=True, attribute="absence.slots")
    reason = ma.fields.String(required=True, attribute="absence.reason")
    note = ma.fields.String(
        required=True, metadata={"description": "For the office and for who wrote it"}
    )
    state = ma.fields.String(required=True, attribute="absence.state")
    through = ma.fields.String(required=True, attribute="absence.through")
    asked_by = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True, attribute="absence.created_at")
    decided_by = ma.fields.String(required=True)
    decided_at = ma.fields.AwareDateTime(
        required=True, allow_none=True, attribute="absence.decided_at"
    )
    code = ma.fields.String(required=True, allow_none=True, attribute="absence.code")
    answer = ma.fields.String(required=True)
    has_evidence = ma.fields.Boolean(required=True)
    outcomes = ma.fields.List(
        ma.fields.Nested(OutcomeShape), required=True, attribute="absence.outcomes"
    )


AbsencePage = paged(AbsenceShape)
