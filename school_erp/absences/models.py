from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.absences.vocabulary import LARGEST_FILE, FileKind, Reason, State, Through
from school_erp.attendance.vocabulary import quoted
from school_erp.core.models import Identified, Model, same_school


class AbsenceRequest(Identified, Model):
    """What somebody told the school of a student's absence, and what the office made of it."""

    __tablename__ = "absence_request"
    __table_args__ = (
        same_school("student_id", "person"),
        CheckConstraint("ends_on >= starts_on", "order"),
        CheckConstraint(f"reason IN ({quoted(Reason)})", "reason"),
        CheckConstraint(f"state IN ({quoted(State)})", "state"),
        CheckConstraint(f"through IN ({quoted(Through)})", "through"),
        Index("ix_absence_request_by_state", "school_id", "state", "starts_on", "id"),
        Index("ix_absence_request_by_student", "school_id", "student_id", "starts_on"),
    )

    student_id: Mapped[UUID]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    # none where it is the whole of each day
    slots: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), server_default=text("'{}'"))
    reason: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default=State.PENDING)
    through: Mapped[str]
    # the adult who answers for the child, and who wrote it down where that was somebody else
    asked_by: Mapped[UUID | None]
    entered_by: Mapped[UUID | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[dt.datetime | None]
    code: Mapped[str | None]
    answer: Mapped[str] = mapped_column(server_default="")
    # what became of each mark that stood when it was accepted, or when that was taken back
    outcomes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))


class AbsenceEvidence(Identified, Model):
    """A doctor's note or the like: never shown in a page, only handed out as a file."""

    __tablename__ = "absence_evidence"
    __table_args__ = (
        same_school("absence_id", "absence_request"),
        UniqueConstraint("school_id", "absence_id"),
        CheckConstraint(f"kind IN ({quoted(FileKind)})", "kind"),
        CheckConstraint(f"octet_length(content) <= {LARGEST_FILE}", "size"),
    )

    absence_id: Mapped[UUID]
    kind: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ExplanationLink(Identified, Model):
    """What a message about an absence leads to: one answer by one adult, without signing in."""

    __tablename__ = "explanation_link"
    __table_args__ = (
        same_school("student_id", "person"),
        same_school("guardian_id", "person"),
        Index("ix_explanation_link_by_student", "school_id", "student_id", "date"),
    )

    student_id: Mapped[UUID]
    guardian_id: Mapped[UUID]
    date: Mapped[dt.date]
    slots: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), server_default=text("'{}'"))
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    absence_id: Mapped[UUID | None]
