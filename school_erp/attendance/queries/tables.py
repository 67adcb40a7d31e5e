"""The school's figures side by side: by class, by grade, or student by student."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from school_erp.academics.models import Section
from school_erp.academics.queries.sections import grade_number
from school_erp.attendance.queries.figures import tallies_of_sections, tallies_of_students
from school_erp.attendance.queries.settings import settings_shown
from school_erp.attendance.queries.summaries import Figures, lines_of, lines_of_students
from school_erp.attendance.rules.figures import Lines, Standing, Tally
from school_erp.attendance.rules.terms import Stretch
from school_erp.core.paging import LIMIT, Page, page_through
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db

# the worst first: whoever asks for one of them asks for the worse ones too
BELOW = (Standing.SEVERE, Standing.PERSISTENT, Standing.EARLY)


class By(StrEnum):
    SECTION = "section"
    GRADE = "grade"
    STUDENT = "student"


class Sort(StrEnum):
    NAME = "name"
    ATTENDANCE = "attendance"
    UNAUTHORISED = "unauthorised"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Line:
    """A class, a grade or a student; a grade has no id."""

    id: UUID | None
    name: str
    grade: str | None
    figures: Figures
    place: str


@dataclass(frozen=True, slots=True)
class Table:
    lines: Sequence[Line]
    whole: Figures

    def page(self, cursor: str | None, limit: int, sort: Sort) -> Page[Line]:
        return page_through(
            self.lines, position=lambda line: _position(line, sort), cursor=cursor, limit=limit
        )


def figures_table(asked: Mapping[str, Any], within: Stretch, among: Select[Any] | None) -> Table:
    """Of the classes among which one may look, those that have marks in this time."""
    lines = lines_of(settings_shown(current_school_id()))
    sections = {section.id: section for section in _sections(asked, among)}
    found, tallies = _LINES[By(asked["by"])](sections, within, lines)
    wanted = [line for line in found if _is_wanted(line, asked.get("below"))]
    wanted.sort(key=lambda line: _position(line, Sort(asked["sort"])))
    return Table(wanted, Figures.of(sum(tallies, Tally()), lines))


def table_page(asked: Mapping[str, Any], table: Table) -> Page[Line]:
    return table.page(asked.get("cursor"), asked.get("limit", LIMIT), Sort(asked["sort"]))


def _sections(asked: Mapping[str, Any], among: Select[Any] | None) -> Sequence[Section]:
    query = select(Section).where(Section.school_id == current_school_id())
    if asked.get("section_id"):
        query = query.where(Section.id == asked["section_id"])
    if asked.get("grade"):
        query = query.where(Section.grade == asked["grade"])
    if among is not None:
        query = query.where(Section.id.in_(among))
    return db.session.scalars(query).all()


_Found = tuple[list[Line], Sequence[Tally]]


def _by_section(sections: Mapping[UUID, Section], within: Stretch, lines: Lines) -> _Found:
    tallies = tallies_of_sections(sections, within)
    found = [
        Line(it.id, it.name, it.grade, Figures.of(tallies[it.id], lines), _place(it.grade, it.name))
        for it in sections.values()
        if it.id in tallies
    ]
    return found, list(tallies.values())


def _by_grade(sections: Mapping[UUID, Section], within: Stretch, lines: Lines) -> _Found:
    tallies: dict[str, Tally] = defaultdict(Tally)
    for section_id, tally in tallies_of_sections(sections, within).items():
        tallies[sections[section_id].grade or ""] += tally
    found = [
        Line(None, grade, grade or None, Figures.of(tally, lines), _place(grade, ""))
        for grade, tally in tallies.items()
    ]
    return found, list(tallies.values())


def _by_student(sections: Mapping[UUID, Section], within: Stretch, lines: Lines) -> _Found:
    tallies = tallies_of_students(sections, within)
    found = [
        Line(it.id, it.name, None, it.figures, it.sort_name)
        for it in lines_of_students(tallies, lines)
    ]
    return found, list(tallies.values())


_LINES = {By.SECTION: _by_section, By.GRADE: _by_grade, By.STUDENT: _by_student}


def _place(grade: str | None, name: str) -> str:
    """By grade as people count them, 7 before 10, then by name."""
    return f"{grade_number(grade):06d} {grade or ''} {name}"


def _is_wanted(line: Line, below: str | None) -> bool:
    return not below or line.figures.standing in BELOW[: BELOW.index(Standing(below)) + 1]


def _position(line: Line, sort: Sort) -> tuple[int, str, str]:
    return _rank(line.figures.tally, sort), line.place, str(line.id or "")


def _rank(tally: Tally, sort: Sort) -> int:
    """What asks for attention first stands first; who has no percentage, last."""
    if sort is Sort.ATTENDANCE:
        return int(10**9 * tally.attendance) if tally.attendance is not None else 10**10
    if sort is Sort.NAME:
        return 0
    return -tally.late if sort is Sort.LATE else -tally.unauthorised
