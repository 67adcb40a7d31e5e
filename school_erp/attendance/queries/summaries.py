"""Figures of students and classes, each with what lies behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import text

from school_erp.academics.models import Section
from school_erp.academics.queries.calendar import all_sessions
from school_erp.attendance.queries.figures import (
    MarkBehind,
    marks_of,
    tallies_of_people,
    tallies_of_students,
)
from school_erp.attendance.queries.settings import settings_shown
from school_erp.attendance.rules.daily import DayRule, Days, DayValue, day_values, days_of
from school_erp.attendance.rules.figures import Lines, Standing, Tally, standing_of, tally_of
from school_erp.attendance.rules.terms import Stretch, usual_stretch
from school_erp.attendance.vocabulary import Mode, StatisticalClass
from school_erp.core.errors import invalid
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Person
from school_erp.people.queries.names import name_in_sql
from school_erp.schools.queries import today_here

# a longer table would add up years that nobody compares
MOST_DAYS = 400

_names = text(
    f"""
    SELECT p.id, p.sort_name, {name_in_sql("p")} AS name
    FROM person p WHERE p.school_id = :school AND p.id = ANY(:people)
    ORDER BY p.sort_name, p.id"""  # noqa: S608 - the part put in is our own constant
)


@dataclass(frozen=True, slots=True)
class Figures:
    """A tally, and how it stands to the school's lines."""

    tally: Tally
    standing: Standing

    @classmethod
    def of(cls, tally: Tally, lines: Lines) -> Figures:
        return cls(tally, standing_of(tally, lines))


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Days, by which rule, and what each of them was worth."""

    rule: DayRule
    total: Days
    values: Sequence[DayValue]

    @classmethod
    def of(cls, marks: Sequence[MarkBehind], rule: DayRule) -> DayFigures:
        values = day_values((mark.counted for mark in marks), rule)
        return cls(rule, days_of(values), values)


@dataclass(frozen=True, slots=True)
class StudentSummary:
    person: Person
    within: Stretch
    figures: Figures
    days: DayFigures
    marks: Sequence[MarkBehind]

    @property
    def by_class(self) -> dict[StatisticalClass, list[MarkBehind]]:
        """The marks behind each figure."""
        return {
            each: [mark for mark in self.marks if mark.counted.counts_as is each]
            for each in StatisticalClass
        }


@dataclass(frozen=True, slots=True)
class StudentLine:
    id: UUID
    name: str
    sort_name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class SectionSummary:
    section: Section
    within: Stretch
    figures: Figures
    students: Sequence[StudentLine]


def asked_stretch(asked: Mapping[str, Any], most_days: int | None = None) -> Stretch:
    """The days named; where one is not, the term or year that people mean, up to today."""
    today = today_here()
    usual = usual_stretch(all_sessions(), asked.get("to", today)).until(asked.get("to", today))
    found = Stretch(asked.get("from_", usual.first), asked.get("to", usual.last))
    if found.last < found.first:
        raise invalid("to", _("The last day cannot be before the first."))
    if most_days and (found.last - found.first).days >= most_days:
        raise invalid("to", _("At most %(num)s days.", num=most_days))
    return found


def summary_of_student(person: Person, within: Stretch) -> StudentSummary:
    settings = settings_shown(person.school_id)
    by_period = settings["attendance_mode"] == Mode.PERIOD
    marks = marks_of(person.id, within, by_period=by_period)
    return summary_from(person, within, marks, settings)


def summary_from(
    person: Person, within: Stretch, marks: Sequence[MarkBehind], settings: Mapping[str, Any]
) -> StudentSummary:
    tally = tally_of(mark.counted for mark in marks)
    days = DayFigures.of(marks, DayRule.of(settings))
    return StudentSummary(person, within, Figures.of(tally, lines_of(settings)), days, marks)


def figures_of_people(person_ids: Iterable[UUID], within: Stretch) -> list[StudentLine]:
    """Of all their marks, by name; also of those who have none."""
    lines = lines_of(settings_shown(current_school_id()))
    ids = set(person_ids)
    return lines_of_students(dict.fromkeys(ids, Tally()) | tallies_of_people(ids, within), lines)


def summary_of_section(section: Section, within: Stretch) -> SectionSummary:
    """Of the marks given in the class, and of each who has one there."""
    lines = lines_of(settings_shown(section.school_id))
    tallies = tallies_of_students([section.id], within)
    students = lines_of_students(tallies, lines)
    whole = sum(tallies.values(), Tally())
    return SectionSummary(section, within, Figures.of(whole, lines), students)


def lines_of_students(tallies: Mapping[UUID, Tally], lines: Lines) -> list[StudentLine]:
    """By name."""
    asked = {"school": current_school_id(), "people": list(tallies)}
    return [
        StudentLine(row.id, row.name, row.sort_name, Figures.of(tallies[row.id], lines))
        for row in db.session.execute(_names, asked)
    ]


def lines_of(settings: Mapping[str, Any]) -> Lines:
    return Lines(**settings["thresholds"])
