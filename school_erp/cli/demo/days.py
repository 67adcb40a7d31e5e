"""The school year around today, whenever the demo is started or started again."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import Session

from school_erp.academics.models import (
    AcademicSession,
    CalendarDay,
    Cover,
    Enrolment,
    Section,
    TimetableEntry,
)
from school_erp.accounts.models import Account
from school_erp.cli.demo.classes import external_id_of
from school_erp.cli.demo.draft import Draft
from school_erp.core.ids import new_id
from school_erp.core.tenancy import current_school_id
from school_erp.people.models import RoleGrant

_WEEK = timedelta(weeks=1)
# so that there is a history to look at, and a future to plan for
_WEEKS_BEFORE, _WEEKS_AHEAD = 11, 4
_TERMS = (("Autumn term", 0, 14), ("Spring term", 14, 26), ("Summer term", 26, 39))

# today and the days after it are school days, for a demo that runs past midnight
_KEPT_FREE = timedelta(days=3)
_PAST = {
    -53: ("closure", "Staff training day"),
    -30: ("closure", "Local holiday"),
    -12: ("half_day", "Parents' evening: lessons end at noon"),
}
_COMING = {
    11: ("changed_timing", "Sports day"),
    19: ("closure", "Staff training day"),
    33: ("half_day", "Winter concert: lessons end at noon"),
}


def first_day_of_year(today: date) -> date:
    """A Monday."""
    return today - timedelta(days=today.weekday()) - _WEEKS_BEFORE * _WEEK


def set_up_year(draft: Draft) -> UUID:
    first = draft.first_day
    last = first + 39 * _WEEK - timedelta(days=1)
    name = f"{first.year}/{last.year % 100:02}" if last.year > first.year else str(first.year)
    year_id = draft.add(
        AcademicSession,
        name=f"School year {name}",
        kind="year",
        year_id=None,
        starts_on=first,
        ends_on=last,
        external_id="year",
    )
    for term, begins, ends in _TERMS:
        draft.add(
            AcademicSession,
            name=f"{term} {name}",
            kind="term",
            year_id=year_id,
            starts_on=first + begins * _WEEK,
            ends_on=first + ends * _WEEK - timedelta(days=1),
            external_id=external_id_of(term),
        )
    return year_id


def keep_year_around(session: Session, today: date) -> None:
    """Stretch the year, and its first or last term, over today and the weeks ahead."""
    year = AcademicSession.school_id == current_school_id()
    begins, ends = session.execute(
        select(func.min(AcademicSession.starts_on), func.max(AcademicSession.ends_on)).where(year)
    ).one()
    if ends < today + _WEEKS_AHEAD * _WEEK:
        session.execute(
            update(AcademicSession)
            .where(year, AcademicSession.ends_on == ends)
            .values(ends_on=today + 2 * _WEEKS_AHEAD * _WEEK)
        )
    if begins > today:
        _begin_earlier(session, begins, first_day_of_year(today))


def _begin_earlier(session: Session, begins: date, first: date) -> None:
    """Somebody set the clock back to before the school began."""
    for model in (AcademicSession, Enrolment, TimetableEntry, RoleGrant):
        session.execute(
            update(model)
            .where(model.school_id == current_school_id(), model.starts_on == begins)
            .values(starts_on=first)
        )


def keep_calendar_around(session: Session, today: date) -> None:
    """A few days unlike the others behind us and before us, but none of ours today."""
    here = CalendarDay.school_id == current_school_id()
    ours = CalendarDay.note.in_([note for _, note in (_PAST | _COMING).values()])
    soon = CalendarDay.date.between(today, today + _KEPT_FREE)
    session.execute(delete(CalendarDay).where(here, ours, soon))
    last = session.scalar(select(func.max(CalendarDay.date)).where(here, ours))
    if last is None or last < today:
        session.execute(_days(_COMING if last else _PAST | _COMING, today))


def _days(days: dict[int, tuple[str, str]], today: date) -> Insert:
    rows = [
        {
            "school_id": current_school_id(),
            "id": new_id(),
            "date": today + timedelta(days=offset),
            "kind": kind,
            "note": note,
        }
        for offset, (kind, note) in days.items()
    ]
    return insert(CalendarDay).values(rows).on_conflict_do_nothing()


def cover_today(session: Session, covered: tuple[str, ...], login: str, today: date) -> None:
    """Whoever signs in with this login stands in for these classes today."""
    sections = session.scalars(
        select(Section.id).where(
            Section.school_id == current_school_id(),
            Section.external_id.in_([external_id_of(name) for name in covered]),
        )
    ).all()
    account = session.scalar(
        select(Account).where(Account.school_id == current_school_id(), Account.login == login)
    )
    if account is None or not sections:
        return
    rows = [
        {
            "school_id": current_school_id(),
            "id": new_id(),
            "section_id": section_id,
            "person_id": account.person_id,
            "date": today,
            "note": "Colleague is on a course",
        }
        for section_id in sections
    ]
    session.execute(insert(Cover).values(rows).on_conflict_do_nothing())
