"""Who is absent without anybody having said why, and how their families are reached."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from school_erp.absences.queries.explained import is_explained
from school_erp.attendance.models import AttendanceCode, StudentAttendance
from school_erp.attendance.vocabulary import Status
from school_erp.calling.models import CalledFirst
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.models import Guardianship, Person

HERE = (Status.PRESENT, Status.LATE)


@dataclass(frozen=True, slots=True)
class Absentee:
    student_id: UUID
    name: str
    sort_name: str
    slots: Sequence[int]
    called_first: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """An adult who may be told, in call order."""

    person_id: UUID
    name: str
    relation: str
    phone: str | None
    # a number stands there, and nobody found it wrong
    may_be_rung: bool


def unexplained_on(day: dt.date) -> list[Absentee]:
    """Once each, with all slots that nobody explained; not who has come since."""
    slots = func.array_agg(aggregate_order_by(StudentAttendance.slot, StudentAttendance.slot))
    query = (
        select(Person, slots, CalledFirst.student_id.is_not(None))
        .select_from(StudentAttendance)
        .join(Person, _is_person(StudentAttendance.student_id.expression))
        .outerjoin(
            CalledFirst,
            and_(
                CalledFirst.school_id == StudentAttendance.school_id,
                CalledFirst.student_id == StudentAttendance.student_id,
            ),
        )
        .where(
            *_absent_on(day),
            ~is_explained(StudentAttendance),
            ~_seen_later(),
        )
        .group_by(Person.school_id, Person.id, CalledFirst.student_id)
    )
    return [
        Absentee(person.id, person.name, person.sort_name, slots, first)
        for person, slots, first in db.session.execute(query)
    ]


def is_absent_on(day: dt.date, student_id: UUID) -> bool:
    query = select(StudentAttendance.slot).where(
        *_absent_on(day), StudentAttendance.student_id == student_id
    )
    return db.session.scalars(query.limit(1)).first() is not None


def contacts_of(student_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Contact]]:
    """Those who get messages of each child; who may not be contacted is not among them."""
    query = (
        select(Guardianship.student_id, Guardianship.relation, Person)
        .join(Person, _is_person(Guardianship.guardian_id.expression))
        .where(
            Guardianship.school_id == current_school_id(),
            Guardianship.student_id.in_(student_ids),
            Guardianship.gets_messages,
            Guardianship.do_not_contact.is_(False),
            Person.active,
        )
        .order_by(Guardianship.call_order, Person.sort_name, Person.id)
    )
    found: defaultdict[UUID, list[Contact]] = defaultdict(list)
    for student_id, relation, person in db.session.execute(query):
        rings = bool(person.phone) and person.phone_bad_since is None
        contact = Contact(person.id, person.name, relation, person.phone, rings)
        found[student_id].append(contact)
    return found


def _absent_on(day: dt.date) -> tuple[ColumnElement[bool], ...]:
    # by the codes, whose index leads to a day's marks of a school
    codes = select(AttendanceCode.code).where(
        AttendanceCode.school_id == current_school_id(), AttendanceCode.status == Status.ABSENT
    )
    return (
        StudentAttendance.school_id == current_school_id(),
        StudentAttendance.date == day,
        StudentAttendance.code.in_(codes),
        StudentAttendance.status == Status.ABSENT,
    )


def _seen_later() -> ColumnElement[bool]:
    later = aliased(StudentAttendance)
    return (
        select(later.slot)
        .where(
            later.school_id == StudentAttendance.school_id,
            later.student_id == StudentAttendance.student_id,
            later.date == StudentAttendance.date,
            later.slot > StudentAttendance.slot,
            later.status.in_(HERE),
        )
        .exists()
    )


def _is_person(column: ColumnElement[UUID]) -> ColumnElement[bool]:
    return and_(Person.school_id == current_school_id(), Person.id == column)
