"""Who learns and teaches in which class, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import format_date
from flask_babel import lazy_gettext as _

from school_erp.academics.access import named
from school_erp.academics.actions.dates import check_dates
from school_erp.academics.actions.taking_turns import one_at_a_time
from school_erp.academics.errors import Overlap
from school_erp.academics.models import AcademicSession, Enrolment, Section
from school_erp.academics.queries import joining
from school_erp.academics.rules.spans import Span, holds_on, nearest
from school_erp.core.errors import ApplicationError, Invalid, invalid
from school_erp.core.ids import new_id
from school_erp.extensions import db
from school_erp.people.models import Person
from school_erp.schools.queries import today_here


@dataclass(frozen=True, slots=True)
class Placed:
    section: Section
    count: int


def enrol(body: dict[str, Any]) -> Enrolment:
    section = named(Section, body["section_id"], "section_id")
    span = _span(section, body)
    made, refusals = _enrol_all(section, [body["person_id"]], body["role"], span)
    for refusal in refusals.values():
        raise refusal
    return made[0]


def enrol_many(section: Section, body: dict[str, Any]) -> Sequence[Enrolment]:
    """Everybody, or nobody with the reason for each who cannot be."""
    person_ids = list(dict.fromkeys(body["person_ids"]))
    made, refusals = _enrol_all(section, person_ids, body["role"], _span(section, body))
    if refusals:
        raise Invalid(
            _("Nobody was added, because some of them cannot be."),
            fields={"person_ids": [_sentence(refusal) for refusal in refusals.values()]},
            records=[
                {"person_id": person_id, "message": _sentence(refusal)}
                for person_id, refusal in refusals.items()
            ],
        )
    return made


def place(body: dict[str, Any]) -> Placed:
    """Students without a class, all into one homeroom."""
    section = named(Section, body["section_id"], "section_id")
    return Placed(section, len(enrol_many(section, {**body, "role": "student"})))


def change_enrolment(enrolment: Enrolment, changes: dict[str, Any]) -> Enrolment:
    """Other dates; another class is a transfer."""
    one_at_a_time("enrolments")
    section = db.session.get_one(Section, (enrolment.school_id, enrolment.section_id))
    for name, value in changes.items():
        setattr(enrolment, name, value)
    span = Span(enrolment.starts_on, enrolment.ends_on)
    check_dates(span, _session_of(section))
    others = joining.enrolments_in_the_way(section, [enrolment.person_id], enrolment.role, span)
    for other in others:
        if other.id != enrolment.id:
            raise Overlap(fields={"starts_on": [_already_there(other)]})
    db.session.flush()
    return enrolment


def remove_enrolment(enrolment: Enrolment) -> None:
    """For enrolments entered by mistake; who leaves gets a last day instead."""
    db.session.delete(enrolment)
    db.session.flush()


def transfer(enrolment: Enrolment, body: dict[str, Any]) -> Enrolment:
    """Move somebody to another class: the last day here is the day before the first there."""
    there = named(Section, body["section_id"], "section_id")
    first_day, last_day = body["starts_on"], enrolment.ends_on
    if there.id == enrolment.section_id:
        raise invalid("section_id", _("This is the class they are in already."))
    if first_day <= enrolment.starts_on or not holds_on(enrolment, first_day):
        raise invalid("starts_on", _("Choose a day between the first and the last in this class."))
    one_at_a_time("enrolments")
    enrolment.ends_on = first_day - timedelta(days=1)
    db.session.flush()
    return enrol(
        {
            "section_id": there.id,
            "person_id": enrolment.person_id,
            "role": enrolment.role,
            "starts_on": first_day,
            "ends_on": last_day if last_day and holds_on(_session_of(there), last_day) else None,
        }
    )


def first_day_in(section: Section) -> date:
    """Today, or the day of its year or term that is closest."""
    return nearest(today_here(), _session_of(section))


def _session_of(section: Section) -> AcademicSession:
    return db.session.get_one(AcademicSession, (section.school_id, section.academic_session_id))


def _span(section: Section, body: dict[str, Any]) -> Span:
    session = _session_of(section)
    span = Span(body.get("starts_on") or first_day_in(section), body.get("ends_on"))
    check_dates(span, session)
    return span


Refusals = dict[UUID, ApplicationError]


def _enrol_all(
    section: Section, person_ids: Sequence[UUID], role: str, span: Span
) -> tuple[list[Enrolment], Refusals]:
    one_at_a_time("enrolments")
    refusals = _refusals(section, person_ids, role, span)
    if refusals:
        return [], refusals
    made = [_enrolment(section, person_id, role, span) for person_id in person_ids]
    db.session.add_all(made)
    db.session.flush()
    return made, {}


def _enrolment(section: Section, person_id: UUID, role: str, span: Span) -> Enrolment:
    return Enrolment(
        school_id=section.school_id,
        id=new_id(),
        section_id=section.id,
        person_id=person_id,
        role=role,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
    )


def _refusals(section: Section, person_ids: Sequence[UUID], role: str, span: Span) -> Refusals:
    """Asked once for everybody, however many they are."""
    people = joining.people_by_id(person_ids)
    last_day = span.ends_on or _session_of(section).ends_on
    fitting = joining.holders_between(person_ids, [role], span.starts_on, last_day)
    others = joining.enrolments_in_the_way(section, person_ids, role, span)
    in_the_way = {other.person_id: other for other in others}
    found: Refusals = {}
    for person_id in person_ids:
        refusal = _refusal(people.get(person_id), role, fitting, in_the_way.get(person_id))
        if refusal:
            found[person_id] = refusal
    return found


def _refusal(
    person: Person | None, role: str, fitting: set[UUID], other: Enrolment | None
) -> ApplicationError | None:
    if person is None:
        return invalid("person_id", _("We do not know this person."))
    if not person.active:
        return invalid("person_id", _("%(name)s is no longer at the school.", name=person.name))
    if person.id not in fitting:
        return invalid("person_id", _not_fitting(person.name, role))
    if other is not None:
        return Overlap(fields={"person_id": [_already_there(other, person.name)]})
    return None


def _not_fitting(name: str, role: str) -> Any:
    if role == "teacher":
        return _("%(name)s is not a teacher of the school then.", name=name)
    return _("%(name)s is not a student of the school then.", name=name)


def _already_there(other: Enrolment, name: str | None = None) -> Any:
    return _(
        "%(name)s is already in %(section)s, from %(first)s.",
        name=name or other.person.name,
        section=other.section.name,
        first=format_date(other.starts_on),
    )


def _sentence(refusal: ApplicationError) -> Any:
    return next(iter(refusal.fields.values()))[0]
