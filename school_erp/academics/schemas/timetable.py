from __future__ import annotations

import marshmallow as ma
from flask_babel import lazy_gettext as _

from school_erp.academics.schemas.fields import slot_field
from school_erp.academics.schemas.sections import PersonInBrief
from school_erp.core.bounds import Range
from school_erp.core.schemas import Choice, Day, PageQuery, Schema, Text, paged

WEEKS = ("every", "a", "b")


class TimetableQuery(PageQuery):
    on = Day(metadata={"description": "Today where not given"})
    person_id = ma.fields.UUID()
    section_id = ma.fields.UUID()
    room = Text(most=40)


class WeekQuery(Schema):
    """What the page of a week can be asked for: by any of its days."""

    on = Day()
    person_id = ma.fields.UUID()
    section_id = ma.fields.UUID()
    room = Text(most=40)
    whose = Text(most=60)


class CoverInBrief(Schema):
    id = ma.fields.UUID(required=True)
    person_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True, attribute="person.name")
    slot = ma.fields.Integer(required=True, allow_none=True)


class LessonSchema(Schema):
    timetable_entry_id = ma.fields.UUID(required=True, attribute="meeting.id")
    section_id = ma.fields.UUID(required=True, attribute="meeting.section_id")
    section = ma.fields.String(required=True, attribute="meeting.section_name")
    course = ma.fields.String(required=True, allow_none=True, attribute="meeting.course_name")
    slot = ma.fields.Integer(required=True, attribute="meeting.slot")
    period = ma.fields.String(required=True, attribute="period.name")
    starts_at = ma.fields.Time(required=True, attribute="period.starts_at")
    ends_at = ma.fields.Time(required=True, attribute="period.ends_at")
    room = ma.fields.String(required=True, allow_none=True, attribute="meeting.room")
    weeks = ma.fields.String(required=True, attribute="meeting.weeks")
    teachers = ma.fields.List(ma.fields.Nested(PersonInBrief), required=True)
    covers = ma.fields.List(ma.fields.Nested(CoverInBrief), required=True)


class TimetableSchema(Schema):
    """One day: whether there is school, and what takes place."""

    date = ma.fields.Date(required=True)
    is_school_day = ma.fields.Boolean(required=True)
    kind = ma.fields.String(required=True)
    why = ma.fields.String(required=True, metadata={"description": "The kind in words"})
    note = ma.fields.String(required=True, allow_none=True)
    items = ma.fields.List(ma.fields.Nested(LessonSchema), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


class EntriesQuery(PageQuery):
    section_id = ma.fields.UUID()
    weekday = ma.fields.Integer(validate=Range(min=1, max=7))


class EntryChange(Schema):
    weekday = ma.fields.Integer(
        required=True,
        validate=Range(min=1, max=7, error=_("Weekdays are 1 for Monday to 7.")),
    )
    slot = slot_field(required=True)
    weeks = Choice(WEEKS, metadata={"description": "Every week, or in A or B weeks"})
    room = Text(most=40, allow_none=True, metadata={"description": "Else the class's own room"})
    starts_on = Day()
    ends_on = Day(allow_none=True)


class EntryBody(EntryChange):
    section_id = ma.fields.UUID(required=True)


class EntrySchema(Schema):
    id = ma.fields.UUID(required=True)
    section_id = ma.fields.UUID(required=True)
    weekday = ma.fields.Integer(required=True)
    slot = ma.fields.Integer(required=True)
    weeks = ma.fields.String(required=True)
    room = ma.fields.String(required=True, allow_none=True)
    starts_on = ma.fields.Date(required=True)
    ends_on = ma.fields.Date(required=True, allow_none=True)


EntryPage = paged(EntrySchema)


class WarningSchema(Schema):
    """Stored all the same: somebody or some room is in two lessons at once."""

    kind = ma.fields.String(required=True, metadata={"description": "teacher or room"})
    message = ma.fields.String(required=True)
    section_id = ma.fields.UUID(required=True)
    person_id = ma.fields.UUID(required=True, allow_none=True)


class StoredEntry(EntrySchema):
    warnings = ma.fields.List(ma.fields.Nested(WarningSchema), required=True)


class CoversQuery(PageQuery):
    section_id = ma.fields.UUID()
    person_id = ma.fields.UUID()
    first = Day(data_key="from")
    last = Day(data_key="to")


class CoverChange(Schema):
    person_id = ma.fields.UUID(required=True)
    slot = slot_field(allow_none=True, metadata={"description": "The whole day where not given"})
    note = Text(most=500, allow_none=True)


class CoverBody(CoverChange):
    section_id = ma.fields.UUID(required=True)
    date = Day(required=True)


class CoverSchema(Schema):
    id = ma.fields.UUID(required=True)
    section_id = ma.fields.UUID(required=True)
    section = ma.fields.String(required=True, attribute="section.name")
    person_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True, attribute="person.name")
    date = ma.fields.Date(required=True)
    slot = ma.fields.Integer(required=True, allow_none=True)
    note = ma.fields.String(required=True, allow_none=True)


CoverPage = paged(CoverSchema)


class StoredCover(CoverSchema):
    warnings = ma.fields.List(ma.fields.Nested(WarningSchema), required=True)
