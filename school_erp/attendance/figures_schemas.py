from __future__ import annotations

from typing import Any

import marshmallow as ma

from school_erp.attendance.queries.tables import BELOW, By, Sort
from school_erp.attendance.rules.figures import Standing, percent
from school_erp.core.schemas import Choice, Day, PageQuery, Schema, Text


class Percent(ma.fields.Float):
    """A share as people read it: in percent, to a tenth, a half upwards."""

    def _serialize(self, value: Any, *_args: Any, **_extra: Any) -> Any:
        shown = percent(value)
        return None if shown is None else float(shown)


class StretchQuery(Schema):
    from_ = Day(
        data_key="from",
        metadata={"description": "Else the first day of the term, or of the undivided year"},
    )
    to = Day(metadata={"description": "Else today, or the last day of that term"})


class TermQuery(Schema):
    term = ma.fields.UUID()


class _TableAsked(PageQuery):
    by = Choice(By, load_default=By.SECTION.value)
    sort = Choice(Sort, load_default=Sort.NAME.value)
    below = Choice(
        BELOW, metadata={"description": "Only those who stand like this to the lines, or worse"}
    )
    grade = Text()
    section_id = ma.fields.UUID()


class TableQuery(StretchQuery, _TableAsked):
    pass


class TablePageQuery(TermQuery, _TableAsked):
    pass


class FiguresShape(Schema):
    possible = ma.fields.Integer(required=True, attribute="tally.possible")
    attended = ma.fields.Integer(required=True, attribute="tally.attended")
    missed = ma.fields.Integer(required=True, attribute="tally.missed")
    attendance_percentage = Percent(
        required=True,
        allow_none=True,
        attribute="tally.attendance",
        metadata={"description": "Of what was possible, to a tenth; nothing where nothing was"},
    )
    absence_percentage = Percent(required=True, allow_none=True, attribute="tally.absence")
    present = ma.fields.Integer(required=True, attribute="tally.present")
    approved_activity = ma.fields.Integer(required=True, attribute="tally.approved_activity")
    authorised = ma.fields.Integer(required=True, attribute="tally.authorised")
    unauthorised = ma.fields.Integer(required=True, attribute="tally.unauthorised")
    not_possible = ma.fields.Integer(required=True, attribute="tally.not_possible")
    not_counted = ma.fields.Integer(required=True, attribute="tally.not_counted")
    late = ma.fields.Integer(required=True, attribute="tally.late")
    late_and_missed = ma.fields.Integer(
        required=True,
        attribute="tally.late_and_missed",
        metadata={"description": "Of those late, the ones whose code counts as an absence"},
    )
    minutes_late = ma.fields.Integer(required=True, attribute="tally.minutes_late")
    standing = ma.fields.String(
        required=True,
        metadata={
            "enum": [each.value for each in Standing],
            "description": "The worst of the school's lines that is reached, by the exact share",
        },
    )


class MarkBehindShape(Schema):
    date = ma.fields.Date(required=True, attribute="counted.date")
    slot = ma.fields.Integer(required=True, attribute="counted.slot")
    section_id = ma.fields.UUID(required=True)
    code = ma.fields.String(required=True)
    label = ma.fields.String(required=True)
    status = ma.fields.String(required=True, attribute="counted.status")
    minutes_late = ma.fields.Integer(
        required=True, allow_none=True, attribute="counted.minutes_late"
    )


class MarksBehindShape(Schema):
    present = ma.fields.List(ma.fields.Nested(MarkBehindShape), required=True)
    approved_activity = ma.fields.List(ma.fields.Nested(MarkBehindShape), required=True)
    authorised = ma.fields.List(ma.fields.Nested(MarkBehindShape), required=True)
    unauthorised = ma.fields.List(ma.fields.Nested(MarkBehindShape), required=True)
    not_possible = ma.fields.List(ma.fields.Nested(MarkBehindShape), required=True)
    not_counted = ma.fields.List(ma.fields.Nested(MarkBehindShape), required=True)


class DayValueShape(Schema):
    date = ma.fields.Date(required=True)
    value = ma.fields.Float(required=True, allow_none=True)
    slots = ma.fields.Function(
        lambda day: [mark.slot for mark in day.behind],
        required=True,
        metadata={
            "type": "array",
            "items": {"type": "integer"},
            "description": "The marks that decided the day",
        },
    )


class DaysShape(Schema):
    rule = ma.fields.String(
        required=True,
        allow_none=True,
        attribute="rule.rule",
        metadata={"description": "How lessons become a day; nothing where sessions count equally"},
    )
    possible = ma.fields.Integer(required=True, attribute="total.possible")
    attended = ma.fields.Float(required=True, attribute="total.attended")
    attendance_percentage = Percent(required=True, allow_none=True, attribute="total.attendance")
    values = ma.fields.List(ma.fields.Nested(DayValueShape), required=True)


class _Within(Schema):
    from_ = ma.fields.Date(required=True, attribute="within.first", data_key="from")
    to = ma.fields.Date(required=True, attribute="within.last")
    figures = ma.fields.Nested(FiguresShape, required=True)


class StudentSummaryShape(_Within):
    student_id = ma.fields.UUID(required=True, attribute="person.id")
    name = ma.fields.String(required=True, attribute="person.name")
    days = ma.fields.Nested(DaysShape, required=True)
    marks = ma.fields.Nested(MarksBehindShape, required=True, attribute="by_class")


class StudentFiguresShape(Schema):
    student_id = ma.fields.UUID(required=True, attribute="id")
    name = ma.fields.String(required=True)
    figures = ma.fields.Nested(FiguresShape, required=True)


class LineShape(Schema):
    id = ma.fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "Of the class or the student; a grade has none"},
    )
    name = ma.fields.String(required=True)
    grade = ma.fields.String(required=True, allow_none=True)
    figures = ma.fields.Nested(FiguresShape, required=True)


class TableShape(_Within):
    """The whole, and a page of what it is made of."""

    items = ma.fields.List(ma.fields.Nested(LineShape), required=True)
    next_cursor = ma.fields.String(allow_none=True, required=True)


class SectionSummaryShape(_Within):
    section_id = ma.fields.UUID(required=True, attribute="section.id")
    name = ma.fields.String(required=True, attribute="section.name")
    grade = ma.fields.String(required=True, allow_none=True, attribute="section.grade")
    students = ma.fields.List(ma.fields.Nested(StudentFiguresShape), required=True)
