from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.attendance.vocabulary import quoted
from school_erp.calling.vocabulary import Outcome
from school_erp.core.models import Identified, Model, OfOneSchool, same_school


class CallAttempt(Identified, Model):
    """The office rang an adult about an absence of that day; `created_at` is when it was noted."""

    __tablename__ = "call_attempt"
    __table_args__ = (
        same_school("student_id", "person"),
        same_school("guardian_id", "person"),
        CheckConstraint(f"outcome IN ({quoted(Outcome)})", "outcome"),
        Index("ix_call_attempt_by_student", "school_id", "student_id", "date"),
        Index("ix_call_attempt_by_date", "school_id", "date"),
    )

    student_id: Mapped[UUID]
    guardian_id: Mapped[UUID]
    date: Mapped[dt.date]
    outcome: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    caller_name: Mapped[str]
    # nothing where nobody is to be rung again that day
    next_at: Mapped[dt.datetime | None]


class CallClaim(OfOneSchool, Model):
    """Somebody is just ringing the family of this child, so nobody else does."""

    __tablename__ = "call_claim"
    __table_args__ = (same_school("student_id", "person"),)

    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    caller_id: Mapped[UUID]
    caller_name: Mapped[str]
    until: Mapped[dt.datetime]


class CalledFirst(OfOneSchool, Model):
    """A child who is rung for before others. Why is nobody's to read, so it is not kept."""

    __tablename__ = "called_first"
    __table_args__ = (same_school("student_id", "person"),)

    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
