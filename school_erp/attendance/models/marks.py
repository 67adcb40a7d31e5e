from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.attendance.vocabulary import RegisterState, Status, quoted
from school_erp.core.models import Model, OfOneSchool, same_school


class Register(OfOneSchool, Model):
    """A class on a date in a slot. It is there as soon as it is due, so "not taken" is a row."""

    __tablename__ = "register"
    __table_args__ = (
        same_school("section_id", "section"),
        CheckConstraint(f"state IN ({quoted(RegisterState)})", "state"),
        Index("ix_register_by_date", "school_id", "date", "slot"),
    )

    section_id: Mapped[UUID] = mapped_column(primary_key=True)
    date: Mapped[dt.date] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    state: Mapped[str] = mapped_column(server_default=RegisterState.OPEN)
    taken_by: Mapped[UUID | None]
    taken_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(server_default="0")
    # that nobody had begun it was told then: to whoever takes it, and to the office
    reminded_at: Mapped[dt.datetime | None]
    alarmed_at: Mapped[dt.datetime | None]


class StudentAttendance(OfOneSchool, Model):
    """What is known of a student on a date in a slot. Who changed it before is in the audit."""

    __tablename__ = "student_attendance"
    __table_args__ = (
        same_school("student_id", "person"),
        same_school("section_id", "section"),
        CheckConstraint(f"status IN ({quoted(Status)})", "status"),
        CheckConstraint("minutes_late >= 0", "minutes_late"),
        CheckConstraint("source BETWEEN 1 AND 6", "source"),
        Index("ix_student_attendance_by_section", "school_id", "section_id", "date", "slot"),
        Index("ix_student_attendance_by_code", "school_id", "code", "date"),
    )

    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    date: Mapped[dt.date] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    section_id: Mapped[UUID]
    status: Mapped[str]
    code: Mapped[str]
    minutes_late: Mapped[int | None] = mapped_column(SmallInteger)
    arrived_at: Mapped[dt.datetime | None]
    remarks: Mapped[str] = mapped_column(server_default="")
    source: Mapped[int] = mapped_column(SmallInteger)
    marked_by: Mapped[UUID | None]
    marked_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    version: Mapped[int] = mapped_column(server_default="1")


class StaffAttendance(OfOneSchool, Model):
    """A teacher or other member of staff on a day."""

    __tablename__ = "staff_attendance"
    __table_args__ = (
        same_school("person_id", "person"),
        CheckConstraint(f"status IN ({quoted(Status)})", "status"),
        CheckConstraint("checked_out_at >= checked_in_at", "in_before_out"),
        Index("ix_staff_attendance_by_date", "school_id", "date"),
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    date: Mapped[dt.date] = mapped_column(primary_key=True)
    status: Mapped[str]
    code: Mapped[str]
    checked_in_at: Mapped[dt.datetime | None]
    checked_out_at: Mapped[dt.datetime | None]
    remarks: Mapped[str] = mapped_column(server_default="")
    source: Mapped[int] = mapped_column(SmallInteger)
    marked_by: Mapped[UUID | None]
    marked_at: Mapped[dt.datetime]
    version: Mapped[int] = mapped_column(server_default="1")
