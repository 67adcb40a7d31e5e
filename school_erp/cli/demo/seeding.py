"""Found the demo schools where they are missing, and bring their days up to today."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from school_erp.accounts.models import Account
from school_erp.cli.demo import days
from school_erp.cli.demo.absences import let_families_tell
from school_erp.cli.demo.attendance import keep_history_until, set_up_attendance
from school_erp.cli.demo.classes import Classes
from school_erp.cli.demo.draft import Draft
from school_erp.cli.demo.plans import Plan, password_of
from school_erp.cli.demo.population import populate
from school_erp.cli.demo.timetables import set_up_classes, set_up_day, teachers_needed
from school_erp.core.clock import today_in
from school_erp.core.errors import Conflict
from school_erp.core.tenancy import acting_for, current_school_id
from school_erp.people.models import Person
from school_erp.schools.models import School

TIMEZONE = "Europe/London"
# a demo school is known by its id, so that nobody's real school of that name is touched
DEMO = UUID("5ec0de00-0de0-4a11-8a11-000000000000")
_ONE_AT_A_TIME = 0x5C400


def demo_school_id(plan: Plan) -> UUID:
    return uuid5(DEMO, plan.slug)


def seed(session: Session, plan: Plan) -> dict[str, Any]:
    """The school as `var/run.json` tells it."""
    session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    today = today_in(TIMEZONE)
    school_id = demo_school_id(plan)
    stored = session.scalar(select(School).where(School.slug == plan.slug))
    if stored is not None and stored.id != school_id:
        raise Conflict(
            _("There is a school “%(slug)s” already, and it is no demo.", slug=plan.slug)
        )
    with acting_for(school_id, session):
        if stored is None:
            _found(session, plan, school_id, today)
        else:
            days.keep_year_around(session, today)
        days.keep_calendar_around(session, today)
        days.cover_today(session, plan.covered, _cover_teacher(plan), today)
        session.flush()
        set_up_attendance(plan, today)
        keep_history_until(session, plan, today)
        let_families_tell(session, plan, today)
        return _told(session, plan)


def _found(session: Session, plan: Plan, school_id: UUID, today: date) -> None:
    session.add(
        School(
            id=school_id,
            slug=plan.slug,
            name=plan.name,
            timezone=TIMEZONE,
            locale="en",
            region="GB",
            weekdays=list(range(1, 8)),
        )
    )
    session.flush()
    draft = Draft(days.first_day_of_year(today))
    classes = Classes(draft, days.set_up_year(draft))
    population = populate(draft, plan, teachers_needed(plan), today)
    set_up_day(draft, plan)
    set_up_classes(classes, plan, population)
    draft.store(session)


def _cover_teacher(plan: Plan) -> str:
    return [known.login for known in plan.staff if known.role == "teacher"][-1]


def _told(session: Session, plan: Plan) -> dict[str, Any]:
    roles = {known.login: str(known.role) for known in plan.known}
    people = session.execute(
        select(Account.login, Person)
        .join(Person, (Person.school_id == Account.school_id) & (Person.id == Account.person_id))
        .where(Account.school_id == current_school_id(), Account.login.in_(roles))
    )
    names = {login: person.name for login, person in people}
    return {
        "slug": plan.slug,
        "name": plan.name,
        "people": [
            {"role": role, "name": names[login], "login": login, "password": password_of(role)}
            for login, role in roles.items()
            if login in names
        ],
    }
