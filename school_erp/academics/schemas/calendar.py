from __future__ import annotations

import marshmallow as ma

from school_erp.core.schemas import Choice, Day, PageQuery, Schema, Text, paged

KINDS = ("closure", "half_day", "changed_timing")


class CalendarQuery(Schema):
    first = Day(data_key="from", metadata={"description": "This month's first where not given"})
    last = Day(data_key="to", metadata={"description": "Within 400 days of the first"})


class DaySchema(Schema):
    date = ma.fields.Date(required=True)
    is_school_day = ma.fields.Boolean(required=True)
    kind = ma.fields.String(required=True)
    why = ma.fields.String(required=True, metadata={"description": "The kind in words"})
    note = ma.fields.String(required=True, allow_none=True)


DayPage = paged(DaySchema)


class CalendarDaysQuery(PageQuery):
    first = Day(data_key="from")
    last = Day(data_key="to")


class CalendarDayBody(Schema):
    date = Day(required=True)
    kind = Choice(KINDS, required=True)
    note = Text(most=200, allow_none=True)


class CalendarDayChange(CalendarDayBody):
    pass


class SpecialDayForm(CalendarDayChange):
    """As the page sends it."""

    whole = ma.fields.Boolean()


class CalendarDaysBody(CalendarDayBody):
    """The same for several days in a row."""

    until = Day(metadata={"description": "The last day; one day only where not given"})


class CalendarDaySchema(Schema):
    id = ma.fields.UUID(required=True)
    date = ma.fields.Date(required=True)
    kind = ma.fields.String(required=True)
    note = ma.fields.String(required=True, allow_none=True)


class CalendarDays(Schema):
    items = ma.fields.List(ma.fields.Nested(CalendarDaySchema), required=True)


CalendarDayPage = paged(CalendarDaySchema)
