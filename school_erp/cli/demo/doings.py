"""What the office has done lately: corrections, a class marked whole, a rule changed.

History is put there without a trail; this little is really done, so that the trail and the list
of jobs have something to show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from school_erp.attendance.actions.bulk import mark_at_once
from school_erp.attendance.actions.correcting import correct_mark
from school_erp.attendance.actions.settings import change_settings
from school_erp.attendance.marking import Marker, Marking, Record
from school_erp.attendance.models import AuditEntry, Register, StudentAttendance
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.vocabulary import Source, Status
from school_erp.cli.demo.plans import Kind, Plan
from school_erp.core.tenancy import current_school_id
from school_erp.people.models import Person, RoleGrant
from school_erp.schools.roles import Role

Said = dict[str, Any]

CORRECTIONS: Sequence[tuple[Said, Said, str]] = (
    ({"code": "I"}, {"code": "E"}, "Mother rang: a stomach bug"),
    ({"code": "L", "minutes_late": 12}, {"code": "L", "minutes_late": 12}, "Signed in at the desk"),
    ({"code": "M"}, {"code": "E"}, "Appointment card seen"),
)
VISIT = "The whole class was at the museum"


@dataclass(frozen=True, slots=True)
class Lately:
    """The last day with registers taken, and its first slot."""

    day: date
    slot: int

    @property
    def place(self) -> Place:
        return Place(current_school_id(), self.day, self.slot)


def let_the_office_work(session: Session, plan: Plan, today: date) -> None:
    """Once."""
    noted = exists().where(AuditEntry.school_id == current_school_id(), AuditEntry.what == "mark")
    lately = lately_before(session, today)
    if lately is None or session.scalar(select(noted)):
        return
    officer = some_officer(session)
    _put_right(session, plan, lately, officer)
    _send_on_visit(session, plan, lately, officer)
    said = {"message_hold_minutes": 20, "reason": "Agreed with the heads of year"}
    change_settings(officer, said)


def lately_before(session: Session, today: date) -> Lately | None:
    row = session.execute(
        select(Register.date, func.min(Register.slot))
        .where(
            Register.school_id == current_school_id(),
            Register.date < today,
            Register.state == "submitted",
        )
        .group_by(Register.date)
        .order_by(Register.date.desc())
        .limit(1)
    ).one_or_none()
    return Lately(*row) if row else None


def some_officer(session: Session) -> Marker:
    person = session.scalars(
        select(Person)
        .join(
            RoleGrant,
            (RoleGrant.school_id == Person.school_id) & (RoleGrant.person_id == Person.id),
        )
        .where(Person.school_id == current_school_id(), RoleGrant.role == Role.OFFICER)
        .order_by(Person.id)
        .limit(1)
    ).one()
    return Marker(person.id, person.name, Role.OFFICER, in_office=True, source=Source.OFFICE)


def _put_right(session: Session, plan: Plan, lately: Lately, officer: Marker) -> None:
    absent = session.scalars(
        select(StudentAttendance.student_id)
        .where(*_then(lately), StudentAttendance.status == Status.ABSENT)
        .order_by(StudentAttendance.student_id)
        .limit(len(CORRECTIONS))
    ).all()
    for student_id, (primary, secondary, reason) in zip(absent, CORRECTIONS, strict=False):
        said = primary if plan.kind is Kind.PRIMARY else secondary
        correct_mark(lately.place, student_id, officer, said | {"reason": reason})


def _send_on_visit(session: Session, plan: Plan, lately: Lately, officer: Marker) -> None:
    there = session.execute(
        select(StudentAttendance.section_id, StudentAttendance.student_id)
        .where(*_then(lately), StudentAttendance.section_id == _some_class(session, lately))
        .order_by(StudentAttendance.student_id)
    ).all()
    code = "V" if plan.kind is Kind.PRIMARY else "E"
    records = [Record(row.student_id, row.section_id, code=code) for row in there]
    place = lately.place
    mark_at_once(Marking(place.school_id, place.day, place.slot, records, officer, VISIT))


def _some_class(session: Session, lately: Lately) -> UUID | None:
    marked = select(StudentAttendance.section_id).where(*_then(lately))
    return session.scalar(marked.order_by(StudentAttendance.section_id.desc()).limit(1))


def _then(lately: Lately) -> tuple[ColumnElement[bool], ...]:
    return (
        StudentAttendance.school_id == current_school_id(),
        StudentAttendance.date == lately.day,
        StudentAttendance.slot == lately.slot,
    )
