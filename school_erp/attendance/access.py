from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select

from school_erp.academics.access import family_of, one_of, sections_taught, teaches
from school_erp.academics.models import Enrolment, Section
from school_erp.attendance.errors import REFUSALS, MarkingRefused
from school_erp.attendance.marking import Marker
from school_erp.attendance.models import AttendanceCode, Register
from school_erp.attendance.queries.ground import (
    Place,
    SectionGround,
    lock_registers,
    sections,
)
from school_erp.attendance.queries.rulebook import Rulebook, rulebook_for
from school_erp.attendance.queries.staff import has_worked_here
from school_erp.attendance.vocabulary import RegisterState, Source
from school_erp.core.access import Actor, address_of_caller
from school_erp.core.errors import Forbidden, NotFound
from school_erp.core.requests import request_id
from school_erp.extensions import db
from school_erp.jobs.models import Job
from school_erp.people.access import person_for
from school_erp.people.models import Person, RoleGrant
from school_erp.schools.queries import today_here
from school_erp.schools.roles import EMPLOYED, OFFICE, Role, anyone, anyone_who_is


class Permission(StrEnum):
    MARK = "attendance:mark:write"
    REGISTER_READ = "attendance:register:read"
    REGISTER_LOCK = "attendance:register:lock"
    JOB_READ = "attendance:job:read"
    SETTINGS_READ = "attendance:settings:read"
    SETTINGS_WRITE = "attendance:settings:write"
    AUDIT_READ = "attendance:audit:read"
    SUMMARY_READ = "attendance:summary:read"
    FIGURES_READ = "attendance:figures:read"
    STAFF_READ = "attendance:staff:read"
    STAFF_MARK = "attendance:staff:write"
    STAFF_CHECK_IN = "attendance:staff:check_in"
    FAMILY_READ = "attendance:family:read"


POLICY = {
    Permission.MARK: anyone_who_is(*OFFICE, Role.TEACHER),
    Permission.REGISTER_READ: anyone_who_is(*OFFICE, Role.TEACHER),
    Permission.REGISTER_LOCK: anyone_who_is(*OFFICE),
    Permission.JOB_READ: anyone_who_is(*OFFICE, Role.TEACHER),
    Permission.SETTINGS_READ: anyone_who_is(*EMPLOYED),
    Permission.SETTINGS_WRITE: anyone_who_is(Role.ADMIN),
    Permission.AUDIT_READ: anyone_who_is(*OFFICE),
    # of oneself, one's children and one's pupils: `student_for`
    Permission.SUMMARY_READ: anyone,
    Permission.FIGURES_READ: anyone_who_is(*OFFICE, Role.TEACHER),
    Permission.STAFF_READ: anyone_who_is(*EMPLOYED),
    Permission.STAFF_MARK: anyone_who_is(*OFFICE),
    Permission.STAFF_CHECK_IN: anyone_who_is(*EMPLOYED),
    Permission.FAMILY_READ: anyone_who_is(Role.STUDENT, Role.GUARDIAN),
}


def marker_of(actor: Actor) -> Marker:
    """The caller as marks and audit will remember them."""
    office = sees_every_class(actor)
    role = Role.OFFICER if actor.is_client else _first_role(actor)
    return Marker(
        person_id=actor.person_id,
        name=actor.name,
        role=role,
        in_office=office,
        source=Source.OFFICE if office else Source.TEACHER,
        request_id=request_id(),
        address=address_of_caller(),
    )


def self_marker_of(actor: Actor) -> Marker:
    """The caller as one who notes their own day; the office's people too."""
    return replace(marker_of(actor), in_office=False, source=Source.SELF)


def oneself(actor: Actor) -> UUID:
    """Only people come and go; another system does not."""
    if actor.person_id is None:
        raise Forbidden
    return actor.person_id


def sees_staff(actor: Actor) -> UUID | None:
    """Whose lines a list of staff is narrowed to; nobody's, for those who see all."""
    return None if sees_every_class(actor) else oneself(actor)


def employee_for(actor: Actor, staff_id: UUID) -> UUID:
    """Somebody who works or worked here: oneself, or for the office anybody."""
    if not has_worked_here(actor.school_id, staff_id):
        raise NotFound
    if not (sees_every_class(actor) or staff_id == actor.person_id):
        raise Forbidden
    return staff_id


def _first_role(actor: Actor) -> str:
    return next(role for role in EMPLOYED if role in actor.roles)


def sees_every_class(actor: Actor) -> bool:
    return actor.is_client or actor.is_any(*OFFICE)


def taught_only_by(actor: Actor) -> UUID | None:
    """Whose classes a list is narrowed to; nobody's, for those who see all."""
    return None if sees_every_class(actor) else actor.person_id


def class_for(actor: Actor, place: Place, section_id: UUID) -> tuple[SectionGround, Rulebook]:
    """One's class, where it has this session or lesson, with the rules of the day."""
    section = sections(place, [section_id], actor.person_id).get(section_id)
    if section is None:
        raise NotFound
    if not (section.taught or sees_every_class(actor)):
        raise Forbidden
    rules = rulebook_for(place)
    if not rules.has_slot(place.slot, section):
        raise NotFound
    return section, rules


def register_for(actor: Actor, place: Place, section_id: UUID) -> Register:
    """The register of one's class; it need not have been opened yet."""
    class_for(actor, place, section_id)
    return register_at(place, section_id)


def register_at(place: Place, section_id: UUID) -> Register:
    key = (place.school_id, section_id, place.day, place.slot)
    return db.session.get(Register, key) or Register(
        school_id=place.school_id,
        section_id=section_id,
        date=place.day,
        slot=place.slot,
        state=RegisterState.OPEN,
        version=0,
    )


def register_to_change(actor: Actor, place: Place, section_id: UUID) -> Register:
    """The same, opened and held until the transaction ends. A day without school opens none."""
    _section, rules = class_for(actor, place, section_id)
    key = (place.school_id, section_id, place.day, place.slot)
    fault = rules.no_school
    if fault and db.session.get(Register, key) is None:
        raise MarkingRefused(REFUSALS[fault], code=fault.value)
    lock_registers(place, [section_id])
    return db.session.get_one(Register, key, populate_existing=True)


def job_for(actor: Actor, job_id: UUID) -> Job:
    """One's own job; the office sees everybody's."""
    job = db.session.get(Job, (actor.school_id, job_id))
    if job is None:
        raise NotFound
    if not (sees_every_class(actor) or job.requested_by == actor.person_id):
        raise Forbidden
    return job


def job_to_steer(actor: Actor, job_id: UUID) -> Job:
    """The same, held until the transaction ends, so that it cannot end or begin meanwhile."""
    job_for(actor, job_id)
    key = (actor.school_id, job_id)
    return db.session.get_one(Job, key, with_for_update=True, populate_existing=True)


def code_for(actor: Actor, code_id: UUID) -> AttendanceCode:
    code = db.session.get(AttendanceCode, (actor.school_id, code_id))
    if code is None:
        raise NotFound
    return code


def student_for(actor: Actor, student_id: UUID) -> Person:
    """Oneself, one's child, one's pupil of today; the office's, anybody who ever was a student."""
    person = person_for(actor, student_id)
    if not is_student(person):
        raise NotFound
    return person


def is_student(person: Person) -> bool:
    """Or was one."""
    learns = exists().where(*_as_student(Enrolment, person))
    known = exists().where(*_as_student(RoleGrant, person))
    return bool(db.session.scalar(select(or_(learns, known))))


def students_of_family(actor: Actor) -> Sequence[UUID]:
    """Oneself, if a student, and the children one answers for."""
    known = select(RoleGrant.person_id).where(
        RoleGrant.school_id == actor.school_id,
        RoleGrant.role == Role.STUDENT,
        RoleGrant.person_id.in_(family_of(actor)),
    )
    return db.session.scalars(known.distinct()).all()


def _as_student(
    table: type[Enrolment | RoleGrant], person: Person
) -> tuple[ColumnElement[bool], ...]:
    return (
        table.school_id == person.school_id,
        table.person_id == person.id,
        table.role == Role.STUDENT,
    )


def section_with_figures_for(actor: Actor, section_id: UUID) -> Section:
    """The office's, any; a teacher's, those taught or covered today."""
    section = one_of(actor, Section, section_id)
    if not (sees_every_class(actor) or teaches(actor, section_id, today_here())):
        raise Forbidden
    return section


def sections_with_figures(actor: Actor) -> Select[Any] | None:
    """The ids of those classes; nothing where it is all of them."""
    return None if sees_every_class(actor) else sections_taught(actor, today_here())
