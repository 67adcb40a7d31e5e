from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Index,
    Numeric,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from school_erp.attendance.vocabulary import quoted
from school_erp.core.models import Identified, Model, OfOneSchool, same_school
from school_erp.escalation.vocabulary import Kind


class EscalationRule(Identified, Model):
    """From where on a student's absences are told, and to whom. It is switched off, not deleted."""

    __tablename__ = "escalation_rule"
    __table_args__ = (
        UniqueConstraint("school_id", "kind", "threshold"),
        CheckConstraint(f"kind IN ({quoted(Kind)})", "kind"),
        CheckConstraint("threshold BETWEEN 1 AND 99", "threshold"),
        CheckConstraint("cardinality(roles) > 0", "roles"),
    )

    kind: Mapped[str]
    threshold: Mapped[int] = mapped_column(SmallInteger)
    roles: Mapped[list[str]] = mapped_column(ARRAY(String))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))


class Escalation(Identified, Model):
    """A student crossed a line of a rule, told once; and the marks that caused it, as they were."""

    __tablename__ = "escalation"
    __table_args__ = (
        same_school("rule_id", "escalation_rule"),
        same_school("student_id", "person"),
        UniqueConstraint("school_id", "rule_id", "student_id", "crossing"),
        Index("ix_escalation_by_student", "school_id", "student_id"),
    )

    rule_id: Mapped[UUID]
    student_id: Mapped[UUID]
    # the first day of the absence, or the day on which a percentage was found too low
    crossing: Mapped[dt.date]
    # days, or percent
    figure: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    marks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    ended_at: Mapped[dt.datetime | None]


class EscalationRound(OfOneSchool, Model):
    """The school's rules were held against that day."""

    __tablename__ = "escalation_round"

    date: Mapped[dt.date] = mapped_column(primary_key=True)
