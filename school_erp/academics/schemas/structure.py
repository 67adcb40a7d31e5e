"""Years and terms, courses and periods."""

from __future__ import annotations

import marshmallow as ma

from school_erp.academics.schemas.fields import TimeOfDay, slot_field
from school_erp.core.schemas import Choice, Day, Schema, Text, paged


class AcademicSessionBody(Schema):
    name = Text(required=True, most=100)
    kind = Choice(("year", "term"), required=True)
    year_id = ma.fields.UUID(
        allow_none=True, metadata={"description": "The year that a term is part of"}
    )
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    external_id = Text(most=100, allow_none=True)


class AcademicSessionChange(AcademicSessionBody):
    pass


class AcademicSessionSchema(Schema):
    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    year_id = ma.fields.UUID(required=True, allow_none=True)
    starts_on = ma.fields.Date(required=True)
    ends_on = ma.fields.Date(required=True)
    external_id = ma.fields.String(required=True, allow_none=True)


AcademicSessionPage = paged(AcademicSessionSchema)


class CourseBody(Schema):
    name = Text(required=True, most=100)
    code = Text(required=True, most=30)
    external_id = Text(most=100, allow_none=True)


class CourseChange(CourseBody):
    pass


class CourseSchema(Schema):
    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    external_id = ma.fields.String(required=True, allow_none=True)


CoursePage = paged(CourseSchema)


class PeriodBody(Schema):
    slot = slot_field(required=True)
    name = Text(required=True, most=60)
    starts_at = TimeOfDay(required=True)
    ends_at = TimeOfDay(required=True)


class PeriodChange(PeriodBody):
    pass


class PeriodSchema(Schema):
    id = ma.fields.UUID(required=True)
    slot = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    starts_at = ma.fields.Time(required=True)
    ends_at = ma.fields.Time(required=True)


PeriodPage = paged(PeriodSchema)
