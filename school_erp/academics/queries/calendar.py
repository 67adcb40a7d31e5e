from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from school_erp.academics.models import AcademicSession, CalendarDay, Course, Period
from school_erp.academics.queries.dates import holding_between
from school_erp.academics.rules.calendar import Day, day_of, stretches
from school_erp.core.paging import Page, page_of
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.schools.queries import own_school

LONGEST_STRETCH = timedelta(days=200)


def days_between(first: date, last: date) -> list[Day]:
    weekdays = own_school().weekdays
    sessions = sessions_between(first, last)
    special = {day.date: day for day in calendar_days_between(first, last)}
    dates = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [
        day_of(day, weekdays, sessions, [special[day]] if day in special else []) for day in dates
    ]


def sessions_between(first: date, last: date) -> Sequence[AcademicSession]:
    """The years and terms that touch these days, and every other term of those years.

    Without its other terms, a year would look undivided in its holidays.
    """
    here = (
        AcademicSession.school_id == current_school_id(),
        holding_between(AcademicSession, first, last),
    )
    years = select(AcademicSession.id).where(*here, AcademicSession.kind == "year")
    return db.session.scalars(
        select(AcademicSession)
        .where(
            AcademicSession.school_id == current_school_id(),
            AcademicSession.id.in_(years) | AcademicSession.year_id.in_(years),
        )
        .order_by(AcademicSession.starts_on, AcademicSession.kind.desc())
    ).all()


def calendar_days_between(first: date, last: date) -> Sequence[CalendarDay]:
    return db.session.scalars(
        select(CalendarDay)
        .where(
            CalendarDay.school_id == current_school_id(),
            CalendarDay.date.between(first, last),
        )
        .order_by(CalendarDay.date)
    ).all()


def stretch_around(day: CalendarDay) -> Sequence[CalendarDay]:
    """The days in a row with this one among them that are of its kind and have its note."""
    near = calendar_days_between(day.date - LONGEST_STRETCH, day.date + LONGEST_STRETCH)
    return next(found for found in stretches(near) if day in found)


def periods() -> Sequence[Period]:
    return db.session.scalars(
        select(Period).where(Period.school_id == current_school_id()).order_by(Period.slot)
    ).all()


def period_in(slot: int) -> Period | None:
    return db.session.scalar(
        select(Period).where(Period.school_id == current_school_id(), Period.slot == slot)
    )


def all_sessions() -> Sequence[AcademicSession]:
    """The newest year first, each before its terms."""
    year = aliased(AcademicSession)
    year_began = func.coalesce(year.starts_on, AcademicSession.starts_on)
    return db.session.scalars(
        select(AcademicSession)
        .outerjoin(AcademicSession.year.of_type(year))
        .where(AcademicSession.school_id == current_school_id())
        .order_by(year_began.desc(), AcademicSession.kind.desc(), AcademicSession.starts_on)
    ).all()


def sessions_page(cursor: str | None, limit: int) -> Page[AcademicSession]:
    return page_of(
        db.session(),
        select(AcademicSession).where(AcademicSession.school_id == current_school_id()),
        order=(AcademicSession.starts_on.expression, AcademicSession.id.expression),
        position=lambda found: (found.starts_on, found.id),
        cursor=cursor,
        limit=limit,
    )


def courses_page(cursor: str | None, limit: int) -> Page[Course]:
    return page_of(
        db.session(),
        select(Course).where(Course.school_id == current_school_id()),
        order=(Course.name.expression, Course.id.expression),
        position=lambda found: (found.name, found.id),
        cursor=cursor,
        limit=limit,
    )


def periods_page(cursor: str | None, limit: int) -> Page[Period]:
    return page_of(
        db.session(),
        select(Period).where(Period.school_id == current_school_id()),
        order=(Period.slot.expression, Period.id.expression),
        position=lambda found: (found.slot, found.id),
        cursor=cursor,
        limit=limit,
    )


def calendar_days_page(
    first: date | None, last: date | None, cursor: str | None, limit: int
) -> Page[CalendarDay]:
    query = select(CalendarDay).where(CalendarDay.school_id == current_school_id())
    if first:
        query = query.where(CalendarDay.date >= first)
    if last:
        query = query.where(CalendarDay.date <= last)
    return page_of(
        db.session(),
        query,
        order=(CalendarDay.date.expression, CalendarDay.id.expression),
        position=lambda found: (found.date, found.id),
        cursor=cursor,
        limit=limit,
    )
