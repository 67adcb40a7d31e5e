"""A student's term: figures of what has been, and every day of it month by month."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from school_erp.academics.access import one_of
from school_erp.academics.models import AcademicSession
from school_erp.academics.queries.calendar import all_sessions, days_between
from school_erp.academics.rules.calendar import Day
from school_erp.attendance.queries.figures import MarkBehind, marks_of
from school_erp.attendance.queries.settings import settings_shown
from school_erp.attendance.queries.summaries import StudentSummary, lines_of, summary_from
from school_erp.attendance.rules.figures import MISSED, Lines
from school_erp.attendance.rules.terms import Stretch, usual_stretch
from school_erp.attendance.vocabulary import Mode, Status
from school_erp.core.access import Actor
from school_erp.people.models import Person
from school_erp.schools.queries import own_school, today_here


@dataclass(frozen=True, slots=True)
class Cell:
    day: Day
    marks: Sequence[MarkBehind]


@dataclass(frozen=True, slots=True)
class Month:
    """Weeks of the school's weekdays; nothing where a day is another month's, or not asked for."""

    first: dt.date
    weeks: Sequence[Sequence[Cell | None]]


@dataclass(frozen=True, slots=True)
class StudentPage:
    summary: StudentSummary
    stretch: Stretch
    today: dt.date
    months: Sequence[Month]
    legend: Sequence[MarkBehind]
    weekdays: Sequence[int]
    sessions: Sequence[AcademicSession]
    settings: Mapping[str, Any]

    @property
    def person(self) -> Person:
        return self.summary.person

    @property
    def lines(self) -> Lines:
        return lines_of(self.settings)

    @property
    def by_period(self) -> bool:
        return bool(self.settings["attendance_mode"] == Mode.PERIOD)

    @property
    def missed(self) -> list[MarkBehind]:
        """Absences and lateness, the newest first."""
        return [
            mark
            for mark in reversed(self.summary.marks)
            if mark.counted.counts_as in MISSED or mark.counted.status is Status.LATE
        ]

    def slot_name(self, mark: MarkBehind) -> str:
        slot = mark.counted.slot
        if self.by_period:
            return mark.slot_name or str(_("Period %(slot)s", slot=slot))
        if self.settings["daily_sessions"] == 1:
            return ""
        return str(_("Morning") if slot == 1 else _("Afternoon"))


def student_page(actor: Actor, person: Person, asked: Mapping[str, Any]) -> StudentPage:
    """Figures count up to today; the days to come show what is known ahead of them."""
    today, sessions = today_here(), all_sessions()
    stretch = term_or_usual(actor, asked, sessions, today)
    settings = settings_shown(person.school_id)
    by_period = settings["attendance_mode"] == Mode.PERIOD
    marks = marks_of(person.id, stretch, by_period=by_period)
    until = stretch.until(today)
    been = [mark for mark in marks if mark.counted.date <= until.last]
    weekdays = sorted({*own_school().weekdays, *(mark.counted.date.isoweekday() for mark in marks)})
    return StudentPage(
        summary=summary_from(person, until, been, settings),
        stretch=stretch,
        today=today,
        months=_months(days_between(stretch.first, stretch.last), marks, weekdays),
        legend=list({(mark.code, mark.label): mark for mark in marks}.values()),
        weekdays=weekdays,
        sessions=sessions,
        settings=settings,
    )


def term_or_usual(
    actor: Actor, asked: Mapping[str, Any], sessions: Sequence[AcademicSession], today: dt.date
) -> Stretch:
    if "term" not in asked:
        return usual_stretch(sessions, today)
    term = one_of(actor, AcademicSession, asked["term"])
    return Stretch(term.starts_on, term.ends_on)


def _months(
    days: Sequence[Day], marks: Sequence[MarkBehind], weekdays: Sequence[int]
) -> list[Month]:
    by_day: dict[dt.date, list[MarkBehind]] = defaultdict(list)
    for mark in marks:
        by_day[mark.counted.date].append(mark)
    months = groupby(days, key=lambda day: day.date.replace(day=1))
    return [
        Month(first, _weeks([Cell(day, by_day[day.date]) for day in found], weekdays))
        for first, found in months
    ]


def _weeks(cells: Sequence[Cell], weekdays: Sequence[int]) -> list[list[Cell | None]]:
    weeks = groupby(cells, key=lambda cell: cell.day.date.isocalendar()[:2])
    rows = [{cell.day.date.isoweekday(): cell for cell in found} for _, found in weeks]
    return [[row.get(each) for each in weekdays] for row in rows if row.keys() & set(weekdays)]
