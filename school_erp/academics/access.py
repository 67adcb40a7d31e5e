"""Who may see or change a class, its people and its times.

Students of a class are for the office, for whoever teaches or covers the class on the day in
question, for the students themselves and for those who answer for them.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, Uuid, exists, literal, or_, select, union_all

from school_erp.academics.models import AcademicSession, Course, Cover, Enrolment, Section
from school_erp.academics.queries.dates import enrolled_on
from school_erp.academics.queries.rosters import Roster
from school_erp.academics.queries.timetable import Wanted
from school_erp.academics.rules.spans import nearest
from school_erp.core.access import Actor
from school_erp.core.errors import Forbidden, NotFound, invalid
from school_erp.core.models import Identified
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.circles import own_children
from school_erp.people.models import Person
from school_erp.schools.queries import today_here
from school_erp.schools.roles import EMPLOYED, OFFICE, Role, anyone, anyone_who_is

T = TypeVar("T", bound=Identified)


class Permission(StrEnum):
    CALENDAR_READ = "academics:calendar:read"
    CALENDAR_EDIT = "academics:calendar:edit"
    STRUCTURE_EDIT = "academics:structure:edit"
    COURSE_READ = "academics:course:read"
    SECTION_READ = "academics:section:read"
    ROSTER_READ = "academics:roster:read"
    ENROLMENT_READ = "academics:enrolment:read"
    ENROLMENT_EDIT = "academics:enrolment:edit"
    TIMETABLE_READ = "academics:timetable:read"
    TIMETABLE_EDIT = "academics:timetable:edit"
    COVER_READ = "academics:cover:read"
    COVER_EDIT = "academics:cover:edit"


# what everybody may read is narrowed to what is theirs by the loaders below
POLICY = {
    Permission.CALENDAR_READ: anyone,
    Permission.CALENDAR_EDIT: anyone_who_is(*OFFICE),
    Permission.STRUCTURE_EDIT: anyone_who_is(Role.ADMIN),
    Permission.COURSE_READ: anyone_who_is(*EMPLOYED),
    Permission.SECTION_READ: anyone,
    Permission.ROSTER_READ: anyone,
    Permission.ENROLMENT_READ: anyone_who_is(*OFFICE),
    Permission.ENROLMENT_EDIT: anyone_who_is(*OFFICE),
    Permission.TIMETABLE_READ: anyone,
    Permission.TIMETABLE_EDIT: anyone_who_is(Role.ADMIN),
    Permission.COVER_READ: anyone_who_is(*EMPLOYED),
    Permission.COVER_EDIT: anyone_who_is(*OFFICE),
}


def sees_whole_school(actor: Actor) -> bool:
    """The office; and other systems, whose key lists what they may read."""
    return actor.is_client or actor.is_any(*OFFICE)


def teaches(actor: Actor, section_id: UUID, on: date, slot: int | None = None) -> bool:
    """Whether somebody may act as teacher of a class on a date.

    As its teacher, or as its cover: for the whole day, or for the slot asked about. Where no slot
    is asked about, standing in for any of that day's counts.
    """
    if not actor.is_any(*EMPLOYED):
        return False
    taught = (
        exists()
        .where(Enrolment.section_id == section_id)
        .where(*_own_teaching(actor), enrolled_on(on))
    )
    covered = (
        exists().where(Cover.section_id == section_id).where(*_own_covers(actor, on), _for(slot))
    )
    return bool(db.session.scalar(select(or_(taught, covered))))


def sections_taught(actor: Actor, on: date) -> Select[Any]:
    """The ids of the classes for which `teaches` holds at some time of that day."""
    taught = select(Enrolment.section_id).where(*_own_teaching(actor), enrolled_on(on))
    covered = select(Cover.section_id).where(*_own_covers(actor, on))
    return select(union_all(taught, covered).subquery().c.section_id)


def _own_teaching(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (
        Enrolment.school_id == actor.school_id,
        Enrolment.person_id == actor.person_id,
        Enrolment.role == "teacher",
    )


def _own_covers(actor: Actor, on: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Cover.school_id == actor.school_id,
        Cover.person_id == actor.person_id,
        Cover.date == on,
    )


def _for(slot: int | None) -> ColumnElement[bool]:
    anytime = Cover.slot.is_(None)
    return Cover.id.is_not(None) if slot is None else or_(anytime, Cover.slot == slot)


def sections_of(actor: Actor, on: date) -> Select[Any] | None:
    """The ids of the classes whose names somebody may see; nothing where it is all of them."""
    if actor.is_client or actor.is_any(*EMPLOYED):
        return None
    return _sections_of_family(actor, on)


def _sections_of_family(actor: Actor, on: date) -> Select[Any]:
    return select(Enrolment.section_id).where(
        Enrolment.school_id == actor.school_id,
        Enrolment.role == "student",
        Enrolment.person_id.in_(family_of(actor)),
        enrolled_on(on),
    )


def section_for(actor: Actor, section_id: UUID, on: date | None = None) -> Section:
    """A class somebody has to do with on that day, today where none is named."""
    return roster_for(actor, section_id, on).section


def roster_for(actor: Actor, section_id: UUID, on: date | None = None) -> Roster:
    """Where no day is named: today, or the day of the class's year or term closest to it."""
    section = one_of(actor, Section, section_id)
    day = on or _nearest_day(section)
    if sees_whole_school(actor) or teaches(actor, section_id, day):
        return Roster(section, day)
    own = _own_students(actor, section_id, day)
    if not own:
        raise Forbidden
    return Roster(section, day, own)


def _nearest_day(section: Section) -> date:
    session = db.session.get_one(AcademicSession, (section.school_id, section.academic_session_id))
    return nearest(today_here(), session)


def _own_students(actor: Actor, section_id: UUID, on: date) -> frozenset[UUID]:
    return frozenset(
        db.session.scalars(
            select(Enrolment.person_id).where(
                Enrolment.school_id == actor.school_id,
                Enrolment.section_id == section_id,
                Enrolment.role == "student",
                Enrolment.person_id.in_(family_of(actor)),
                enrolled_on(on),
            )
        )
    )


def family_of(actor: Actor) -> Select[Any]:
    """The ids of oneself and of those for whom one answers."""
    oneself = select(literal(actor.person_id, Uuid()).label("id"))
    known = union_all(*(ids for ids in (oneself, own_children(actor)) if ids is not None))
    return select(known.subquery().c.id)


def timetable_for(
    actor: Actor,
    on: date,
    person_id: UUID | None = None,
    section_id: UUID | None = None,
    room: str | None = None,
) -> Wanted:
    """One's own and one's children's, that of a class one has to do with; the office, any."""
    if person_id is not None:
        people = frozenset([person_with_timetable_for(actor, person_id).id])
        return Wanted(people, section_id, room)
    if section_id is not None:
        return Wanted(section_id=section_for(actor, section_id, on).id, room=room)
    if sees_whole_school(actor):
        return Wanted(room=room)
    return Wanted(frozenset(db.session.scalars(family_of(actor))), room=room)


def person_with_timetable_for(actor: Actor, person_id: UUID) -> Person:
    person = one_of(actor, Person, person_id)
    if not (sees_whole_school(actor) or is_family(actor, person_id)):
        raise Forbidden
    return person


def is_family(actor: Actor, person_id: UUID) -> bool:
    if person_id == actor.person_id:
        return True
    return bool(db.session.scalar(select(literal(person_id, Uuid()).in_(family_of(actor)))))


def entries_readable_to(actor: Actor, section_id: UUID | None) -> Select[Any] | None:
    """The ids of the classes whose pattern is asked for and may be read; nothing for all."""
    if section_id is not None:
        section_for(actor, section_id)
        return None
    if sees_whole_school(actor):
        return None
    today = today_here()
    return select(
        union_all(sections_taught(actor, today), _sections_of_family(actor, today)).subquery()
    )


def cover_for(actor: Actor, cover_id: UUID) -> Cover:
    cover = one_of(actor, Cover, cover_id)
    visible = covers_visible_to(actor)
    if visible is not None and not db.session.scalar(
        select(visible).where(Cover.school_id == actor.school_id, Cover.id == cover_id)
    ):
        raise Forbidden
    return cover


def covers_visible_to(actor: Actor) -> ColumnElement[bool] | None:
    """All of them for the office; for others where they stand in, or somebody does for them."""
    if sees_whole_school(actor):
        return None
    return or_(
        Cover.person_id == actor.person_id,
        Cover.section_id.in_(sections_taught(actor, today_here())),
    )


def one_of(actor: Actor, kind: type[T], thing_id: UUID) -> T:
    found = db.session.get(kind, (actor.school_id, thing_id))
    if found is None:
        raise NotFound
    return found


_UNKNOWN: dict[type[Any], Any] = {
    AcademicSession: _("We do not know this year or term."),
    Course: _("We do not know this course."),
    Person: _("We do not know this person."),
    Section: _("We do not know this class."),
}


def named(kind: type[T], thing_id: UUID, field: str) -> T:
    """Something a body names, so that an unknown one is a mistake of that field."""
    found = db.session.get(kind, (current_school_id(), thing_id))
    if found is None:
        raise invalid(field, _UNKNOWN[kind])
    return found
