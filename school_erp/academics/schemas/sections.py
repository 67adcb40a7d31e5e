"""Classes and who is in them."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from school_erp.core.bounds import Length
from school_erp.core.schemas import Choice, Day, PageQuery, Schema, Text, paged

KINDS = ("homeroom", "scheduled")
ROLES = ("student", "teacher")
MOST_AT_ONCE = 500


class SectionsQuery(PageQuery):
    q = Text(most=100, blank=True, metadata={"description": "Part of the class's name"})
    grade = Text(most=40)
    kind = Choice(KINDS)
    academic_session_id = ma.fields.UUID()
    course_id = ma.fields.UUID()
    active = ma.fields.Boolean()
    without_teacher = ma.fields.Boolean()


class SectionsPageQuery(SectionsQuery):
    """What the page can be asked for besides."""

    whose = Choice(("own", "all"))


class SectionBody(Schema):
    name = Text(required=True, most=100)
    kind = Choice(KINDS, required=True)
    academic_session_id = ma.fields.UUID(required=True)
    course_id = ma.fields.UUID(allow_none=True)
    grade = Text(most=40, allow_none=True)
    room = Text(most=40, allow_none=True)
    external_id = Text(most=100, allow_none=True)


class SectionChange(SectionBody):
    active = ma.fields.Boolean()


class PersonInBrief(Schema):
    person_id = ma.fields.UUID(required=True, attribute="id")
    name = ma.fields.String(required=True)


class SectionSchema(Schema):
    id = ma.fields.UUID(required=True, attribute="section.id")
    name = ma.fields.String(required=True, attribute="section.name")
    kind = ma.fields.String(required=True, attribute="section.kind")
    grade = ma.fields.String(required=True, allow_none=True, attribute="section.grade")
    room = ma.fields.String(required=True, allow_none=True, attribute="section.room")
    academic_session_id = ma.fields.UUID(required=True, attribute="section.academic_session_id")
    course_id = ma.fields.UUID(required=True, allow_none=True, attribute="section.course_id")
    external_id = ma.fields.String(required=True, allow_none=True, attribute="section.external_id")
    active = ma.fields.Boolean(required=True, attribute="section.active")
    students = ma.fields.Integer(required=True)
    teachers = ma.fields.List(ma.fields.Nested(PersonInBrief), required=True)


SectionPage = paged(SectionSchema)


class RosterQuery(PageQuery):
    on = Day(metadata={"description": "Today where not given, or the session's nearest day"})


class EnrolmentsQuery(PageQuery):
    section_id = ma.fields.UUID()
    person_id = ma.fields.UUID()
    role = Choice(ROLES)
    on = Day()


class EnrolmentSchema(Schema):
    id = ma.fields.UUID(required=True)
    section_id = ma.fields.UUID(required=True)
    person_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True, attribute="person.name")
    role = ma.fields.String(required=True)
    starts_on = ma.fields.Date(required=True)
    ends_on = ma.fields.Date(required=True, allow_none=True)


EnrolmentPage = paged(EnrolmentSchema)


class EnrolmentDates(Schema):
    starts_on = Day()
    ends_on = Day(allow_none=True)


class EnrolmentDatesForm(EnrolmentDates):
    """As the page sends it: whole."""

    starts_on = Day(required=True)


class EnrolmentBody(EnrolmentDates):
    section_id = ma.fields.UUID(required=True)
    person_id = ma.fields.UUID(required=True)
    role = Choice(ROLES, required=True)


def _several_people() -> ma.fields.List[Any]:
    told = _("Choose at least one person, and at most 500.")
    return ma.fields.List(
        ma.fields.UUID(),
        required=True,
        validate=Length(min=1, max=MOST_AT_ONCE, error=told),
    )


class EnrolmentsBody(EnrolmentDates):
    person_ids = _several_people()
    role = Choice(ROLES, required=True)


class Enrolments(Schema):
    items = ma.fields.List(ma.fields.Nested(EnrolmentSchema), required=True)


class AddingQuery(Schema):
    """What the page that adds people to a class can be asked for."""

    q = Text(most=100, blank=True)
    role = Choice(ROLES)
    homeroom_id = ma.fields.UUID()


class AddingForm(EnrolmentsBody):
    """As the page sends it: with what was searched for."""

    q = Text(most=100, blank=True)
    homeroom_id = ma.fields.UUID()


class PlacingForm(Schema):
    """Students without a class, and the homeroom they go into."""

    section_id = ma.fields.UUID(required=True)
    person_ids = _several_people()
    starts_on = Day()
    q = Text(most=100, blank=True)


class TransferBody(Schema):
    section_id = ma.fields.UUID(required=True)
    starts_on = Day(required=True, metadata={"description": "The first day in the new class"})
