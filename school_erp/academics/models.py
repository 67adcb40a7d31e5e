from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from school_erp.core.models import Dated, Identified, Model, same_school
from school_erp.people.models import Person


class AcademicSession(Identified, Model):
    """A school year, or a term inside one."""

    __tablename__ = "academic_session"
    __table_args__ = (
        same_school("year_id", "academic_session"),
        UniqueConstraint("school_id", "name"),
        CheckConstraint("kind IN ('year', 'term')", "kind"),
        CheckConstraint("(kind = 'term') = (year_id IS NOT NULL)", "term_in_year"),
        CheckConstraint("ends_on >= starts_on", "order"),
    )

    name: Mapped[str]
    kind: Mapped[str]
    year_id: Mapped[UUID | None]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    external_id: Mapped[str | None]

    year: Mapped[AcademicSession | None] = relationship(
        viewonly=True,
        lazy="raise",
        remote_side="[AcademicSession.school_id, AcademicSession.id]",
    )


class Course(Identified, Model):
    __tablename__ = "course"
    __table_args__ = (
        UniqueConstraint("school_id", "code"),
        UniqueConstraint("school_id", "external_id"),
    )

    name: Mapped[str]
    code: Mapped[str]
    external_id: Mapped[str | None]


class Section(Identified, Model):
    """A class: a homeroom that starts the day together, or a course taught at set times."""

    __tablename__ = "section"
    __table_args__ = (
        same_school("course_id", "course", ondelete="NO ACTION"),
        same_school("academic_session_id", "academic_session", ondelete="NO ACTION"),
        UniqueConstraint("school_id", "academic_session_id", "name"),
        UniqueConstraint("school_id", "external_id"),
        CheckConstraint("kind IN ('homeroom', 'scheduled')", "kind"),
        CheckConstraint("kind = 'homeroom' OR course_id IS NOT NULL", "scheduled_has_course"),
    )

    name: Mapped[str]
    kind: Mapped[str]
    grade: Mapped[str | None]
    room: Mapped[str | None]
    course_id: Mapped[UUID | None]
    academic_session_id: Mapped[UUID]
    external_id: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    course: Mapped[Course | None] = relationship(viewonly=True, lazy="raise")
    academic_session: Mapped[AcademicSession] = relationship(viewonly=True, lazy="raise")


class Enrolment(Identified, Dated, Model):
    """A person in a class, learning or teaching, for a time."""

    __tablename__ = "enrolment"
    __table_args__ = (
        same_school("section_id", "section"),
        same_school("person_id", "person"),
        UniqueConstraint("school_id", "section_id", "person_id", "role", "starts_on"),
        CheckConstraint("role IN ('student', 'teacher')", "role"),
        CheckConstraint("ends_on >= starts_on", "order"),
        Index("ix_enrolment_by_person", "school_id", "person_id", "role"),
    )

    section_id: Mapped[UUID]
    person_id: Mapped[UUID]
    role: Mapped[str]

    section: Mapped[Section] = relationship(viewonly=True, lazy="raise")
    person: Mapped[Person] = relationship(viewonly=True, lazy="raise")


class Period(Identified, Model):
    """A slot of the day: when it begins and ends."""

    __tablename__ = "period"
    __table_args__ = (
        UniqueConstraint("school_id", "slot"),
        CheckConstraint("slot BETWEEN 1 AND 30", "slot"),
        CheckConstraint("ends_at > starts_at", "order"),
    )

    slot: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str]
    starts_at: Mapped[dt.time]
    ends_at: Mapped[dt.time]


class TimetableEntry(Identified, Dated, Model):
    """A class meets on this weekday in this slot: every week, or in A or B weeks."""

    __tablename__ = "timetable_entry"
    __table_args__ = (
        same_school("section_id", "section"),
        UniqueConstraint("school_id", "section_id", "weekday", "slot", "weeks", "starts_on"),
        Index("ix_timetable_entry_by_day", "school_id", "weekday", "slot"),
        CheckConstraint("weekday BETWEEN 1 AND 7", "weekday"),
        CheckConstraint("weeks IN ('every', 'a', 'b')", "weeks"),
        CheckConstraint("ends_on >= starts_on", "order"),
    )

    section_id: Mapped[UUID]
    weekday: Mapped[int] = mapped_column(SmallInteger)
    slot: Mapped[int] = mapped_column(SmallInteger)
    weeks: Mapped[str] = mapped_column(default="every", server_default="every")
    room: Mapped[str | None]

    section: Mapped[Section] = relationship(viewonly=True, lazy="raise")


class Cover(Identified, Model):
    """One adult stands in for one class on one date; for the whole day where no slot is named."""

    __tablename__ = "cover"
    __table_args__ = (
        same_school("section_id", "section"),
        same_school("person_id", "person"),
        UniqueConstraint(
            "school_id",
            "section_id",
            "date",
            "slot",
            "person_id",
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_cover_by_person", "school_id", "person_id", "date"),
    )

    section_id: Mapped[UUID]
    person_id: Mapped[UUID]
    date: Mapped[dt.date]
    slot: Mapped[int | None] = mapped_column(SmallInteger)
    note: Mapped[str | None]

    section: Mapped[Section] = relationship(viewonly=True, lazy="raise")
    person: Mapped[Person] = relationship(viewonly=True, lazy="raise")


class CalendarDay(Identified, Model):
    """A day that is not like the others."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        UniqueConstraint("school_id", "date"),
        CheckConstraint("kind IN ('closure', 'half_day', 'changed_timing')", "kind"),
    )

    date: Mapped[dt.date]
    kind: Mapped[str]
    note: Mapped[str | None]
