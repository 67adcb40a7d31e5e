"""What holds on a day or between two, said in SQL as the rules say it in Python."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, func, literal, or_, select

from school_erp.academics.models import AcademicSession, Enrolment, Section
from school_erp.core.tenancy import current_school_id


def holding_between(table: Any, first: date, last: date | None) -> ColumnElement[bool]:
    """Those that hold on at least one day from the first to the last."""
    not_over = or_(table.ends_on.is_(None), table.ends_on >= first)
    return and_(table.starts_on <= last, not_over) if last else not_over


def enrolled_on(day: date) -> ColumnElement[bool]:
    return enrolled_between(day, day)


def enrolled_between(first: date, last: date) -> ColumnElement[bool]:
    """An enrolment without a last day ends with the year or term of its class."""
    running = (
        select(Section.id)
        .join(Section.academic_session)
        .where(
            Section.school_id == current_school_id(),
            AcademicSession.starts_on <= last,
            AcademicSession.ends_on >= first,
        )
    )
    return and_(holding_between(Enrolment, first, last), Enrolment.section_id.in_(running))


def nearest_day(day: date) -> ColumnElement[date]:
    """The day itself, or else the day of the session joined to that is closest to it."""
    return func.least(
        func.greatest(literal(day, Date), AcademicSession.starts_on), AcademicSession.ends_on
    )


def enrolled_nearest_to(day: date) -> ColumnElement[bool]:
    """As the class is on that day, will be when its session begins, or was when it ended."""
    nearest = nearest_day(day)
    return and_(
        Enrolment.starts_on <= nearest,
        or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= nearest),
    )
