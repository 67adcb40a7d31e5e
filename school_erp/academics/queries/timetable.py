"""What really happens on each day: the weekly pattern, put onto the calendar, with its covers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, or_, select, union
from sqlalchemy.orm import aliased

from school_erp.academics.models import (
    AcademicSession,
    Course,
    Cover,
    Enrolment,
    Period,
    Section,
    TimetableEntry,
)
from school_erp.academics.queries.calendar import days_between, periods
from school_erp.academics.queries.covers import covers_with_names
from school_erp.academics.queries.dates import enrolled_between
from school_erp.academics.queries.rosters import enrolments_with_people
from school_erp.academics.rules.calendar import Day
from school_erp.academics.rules.spans import holds_on
from school_erp.academics.rules.timetable import lessons_on
from school_erp.core.paging import Page, page_through
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Person

T = TypeVar("T")
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Meeting:
    """A timetable entry with what it takes to know when it happens, inside its session's dates."""

    id: UUID
    section_id: UUID
    section_name: str
    course_name: str | None
    weekday: int
    slot: int
    weeks: str
    room: str | None
    starts_on: date
    ends_on: date
    year_starts_on: date


@dataclass(frozen=True, slots=True)
class Lesson:
    """A class that meets at a date in a slot, with those who hold it."""

    date: date
    meeting: Meeting
    period: Period | None
    teachers: Sequence[Person]
    covers: Sequence[Cover]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose timetable: these people's, one class's, one room's, or everybody's."""

    people: frozenset[UUID] | None = None
    section_id: UUID | None = None
    room: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The days asked for with everything that happens on them; asks the database nothing more."""

    days: Sequence[Day]
    periods: Mapping[int, Period]
    meetings: Sequence[Meeting]
    teachers: Mapping[UUID, Sequence[Enrolment]]
    covers: Mapping[date, Sequence[Cover]]
    memberships: Sequence[Enrolment]

    def lessons(self, day: Day) -> list[Lesson]:
        return [self._lesson(day.date, meeting) for meeting in lessons_on(day, self.meetings)]

    def lessons_of(self, people: Collection[UUID], day: Day) -> list[Lesson]:
        """Those somebody of them learns, teaches or covers in on that day."""
        joined = self._joined(people, day.date)
        return [
            lesson
            for lesson in self.lessons(day)
            if lesson.meeting.section_id in joined
            or any(cover.person_id in people for cover in lesson.covers)
        ]

    def covers_of(self, person_id: UUID, day: date) -> list[Cover]:
        return [cover for cover in self.covers.get(day, ()) if cover.person_id == person_id]

    def _joined(self, people: Collection[UUID], day: date) -> set[UUID]:
        return {
            held.section_id
            for held in self.memberships
            if held.person_id in people and holds_on(held, day)
        }

    def _lesson(self, day: date, meeting: Meeting) -> Lesson:
        teaching = self.teachers.get(meeting.section_id, ())
        return Lesson(
            date=day,
            meeting=meeting,
            period=self.periods.get(meeting.slot),
            teachers=[held.person for held in teaching if holds_on(held, day)],
            covers=[
                cover
                for cover in self.covers.get(day, ())
                if cover.section_id == meeting.section_id and cover.slot in {None, meeting.slot}
            ],
        )


def plan(first: date, last: date, wanted: Wanted) -> Plan:
    """In a constant number of statements, however many days, people or classes."""
    found = db.session.execute(_meetings(wanted, first, last)).all()
    meetings = [Meeting(*row) for row in found]
    section_ids = {meeting.section_id for meeting in meetings}
    people = wanted.people or frozenset()
    return Plan(
        days=days_between(first, last),
        periods={period.slot: period for period in periods()},
        meetings=meetings,
        teachers=_grouped(_teachers(section_ids, first, last), lambda held: held.section_id),
        covers=_grouped(_covers(section_ids, people, first, last), lambda cover: cover.date),
        memberships=_memberships(people, first, last),
    )


def lessons_page(
    on: date, wanted: Wanted, cursor: str | None, limit: int
) -> tuple[Day, Page[Lesson]]:
    whole = plan(on, on, wanted)
    day = whole.days[0]
    lessons = whole.lessons(day) if wanted.people is None else whole.lessons_of(wanted.people, day)
    return day, page_through(
        sorted(lessons, key=_place_of), position=_place_of, cursor=cursor, limit=limit
    )


def _place_of(lesson: Lesson) -> tuple[int, str, UUID]:
    return lesson.meeting.slot, lesson.meeting.section_name, lesson.meeting.id


def _meetings(wanted: Wanted, first: date, last: date) -> Select[Any]:
    query = meetings_between(first, last)
    if wanted.people is not None:
        query = query.where(
            or_(
                TimetableEntry.section_id.in_(_joined(wanted.people, first, last)),
                TimetableEntry.section_id.in_(_covered(wanted.people, first, last)),
            )
        )
    if wanted.section_id is not None:
        query = query.where(TimetableEntry.section_id == wanted.section_id)
    if wanted.room is not None:
        query = query.where(func.lower(room_of_entry) == wanted.room.lower())
    return query


_year = aliased(AcademicSession)
_last_day = func.least(
    func.coalesce(TimetableEntry.ends_on, AcademicSession.ends_on), AcademicSession.ends_on
)
_first_day = func.greatest(TimetableEntry.starts_on, AcademicSession.starts_on)
room_of_entry = func.coalesce(TimetableEntry.room, Section.room)


def rooms() -> list[str]:
    """Every room in which a class meets, or could."""
    taken = (
        select(TimetableEntry.room)
        .join(TimetableEntry.section)
        .where(TimetableEntry.school_id == current_school_id(), Section.active)
    )
    own = select(Section.room).where(Section.school_id == current_school_id(), Section.active)
    found = union(taken, own).subquery()
    return list(
        db.session.scalars(
            select(found.c.room).where(found.c.room.is_not(None)).order_by(found.c.room)
        )
    )


def meetings_between(first: date, last: date) -> Select[Any]:
    return (
        select(
            TimetableEntry.id,
            TimetableEntry.section_id,
            Section.name,
            Course.name,
            TimetableEntry.weekday,
            TimetableEntry.slot,
            TimetableEntry.weeks,
            room_of_entry,
            _first_day,
            _last_day,
            func.coalesce(_year.starts_on, AcademicSession.starts_on),
        )
        .join(TimetableEntry.section)
        .join(Section.academic_session)
        .outerjoin(Section.course)
        .outerjoin(AcademicSession.year.of_type(_year))
        .where(
            TimetableEntry.school_id == current_school_id(),
            Section.active,
            _first_day <= last,
            _last_day >= first,
        )
        .order_by(TimetableEntry.slot, Section.name, TimetableEntry.id)
    )


def _joined(people: Collection[UUID], first: date, last: date) -> Select[Any]:
    return select(Enrolment.section_id).where(
        Enrolment.school_id == current_school_id(),
        Enrolment.person_id.in_(people),
        enrolled_between(first, last),
    )


def _covered(people: Collection[UUID], first: date, last: date) -> Select[Any]:
    return select(Cover.section_id).where(
        Cover.school_id == current_school_id(),
        Cover.person_id.in_(people),
        Cover.date.between(first, last),
    )


def _teachers(section_ids: Collection[UUID], first: date, last: date) -> Sequence[Enrolment]:
    return db.session.scalars(
        enrolments_with_people(role="teacher")
        .where(Enrolment.section_id.in_(section_ids), enrolled_between(first, last))
        .order_by(Person.sort_name, Enrolment.id)
    ).all()


def _covers(
    section_ids: Collection[UUID], people: Collection[UUID], first: date, last: date
) -> Sequence[Cover]:
    return db.session.scalars(
        covers_with_names()
        .where(
            Cover.date.between(first, last),
            or_(Cover.section_id.in_(section_ids), Cover.person_id.in_(people)),
        )
        .order_by(Cover.date, Cover.slot, Person.sort_name)
    ).all()


def _memberships(people: Collection[UUID], first: date, last: date) -> Sequence[Enrolment]:
    if not people:
        return ()
    return db.session.scalars(
        enrolments_with_people().where(
            Enrolment.person_id.in_(people), enrolled_between(first, last)
        )
    ).all()


def _grouped(rows: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
