"""What a form offers to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from school_erp.academics.models import Course
from school_erp.academics.queries.dates import holding_between
from school_erp.academics.queries.sections import open_sections
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Person, RoleGrant
from school_erp.schools.roles import EMPLOYED

Choices = list[tuple[str, str]]


def sections_to_choose(on: date, kind: str | None = None) -> Choices:
    return [(str(section.id), section.name) for section in open_sections(on, kind)]


def adults_to_choose(on: date) -> Choices:
    """Those who work at the school on that day."""
    held = select(RoleGrant.person_id).where(
        RoleGrant.school_id == current_school_id(),
        RoleGrant.role.in_(EMPLOYED),
        holding_between(RoleGrant, on, on),
    )
    found = db.session.scalars(
        select(Person)
        .where(Person.school_id == current_school_id(), Person.active, Person.id.in_(held))
        .order_by(Person.sort_name, Person.id)
    )
    return [(str(person.id), person.name) for person in found]


def all_courses() -> Sequence[Course]:
    return db.session.scalars(
        select(Course)
        .where(Course.school_id == current_school_id())
        .order_by(Course.name, Course.id)
    ).all()


def courses_to_choose() -> Choices:
    return [(str(course.id), f"{course.name} ({course.code})") for course in all_courses()]
