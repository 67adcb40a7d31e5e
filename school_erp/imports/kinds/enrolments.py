"""Who is in which class, from when to when: classes and people by the school's own numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import format_date
from flask_babel import lazy_gettext as _

from school_erp.academics.actions.dates import check_dates
from school_erp.academics.actions.taking_turns import one_at_a_time
from school_erp.academics.models import AcademicSession, Enrolment, Section
from school_erp.academics.rules.spans import Span, common, holds_on, nearest
from school_erp.academics.schemas.sections import ROLES
from school_erp.core.errors import Invalid, sentences_in
from school_erp.core.ids import new_id
from school_erp.core.schemas import Day, Text
from school_erp.imports.columns import Column
from school_erp.imports.plan import Change, Record
from school_erp.imports.queries import classes, people
from school_erp.imports.queries.classes import Stay
from school_erp.schools.queries import today_here

COLUMNS = (
    Column(
        "section",
        Text(required=True, most=100),
        _("The school's own number for the class."),
        "C7A",
        required=True,
    ),
    Column(
        "person",
        Text(required=True, most=100),
        _("The school's own number for the person."),
        "S1001",
        required=True,
    ),
    Column("role", Text(), _("student where left out."), "student", choices=ROLES),
    Column("starts_on", Day(), _("The first day; today where left out."), "2026-09-01"),
    Column("ends_on", Day(allow_none=True), _("The last day; empty for the whole year or term.")),
)

Key = tuple[UUID, UUID, str, date]


@dataclass(frozen=True, slots=True)
class Known:
    today: date
    sections: Mapping[str, Section]
    sessions: Mapping[UUID, AcademicSession]
    people: Mapping[str, Mapping[str, Any]]
    grants: Sequence[Any]
    stays: Sequence[Stay]


def look_up(records: Sequence[Record], *, held: bool) -> Known:
    if held:
        one_at_a_time("enrolments")
    numbers = {name: _numbers(records, name) for name in ("section", "person")}
    named = people.people_by_number(numbers["person"], held=held)
    ids = [person["id"] for person in named.values()]
    return Known(
        today_here(),
        classes.sections_by_number(numbers["section"]),
        {session.id: session for session in classes.sessions()},
        named,
        classes.grants_of(ids),
        classes.stays_of(ids),
    )


def _numbers(records: Sequence[Record], column: str) -> set[str]:
    return {record.values[column] for record in records if column in record.values}


def plan(records: Sequence[Record], known: Known) -> None:
    planner = _Planner(known)
    stays = [(record, planner.stay(record)) for record in records]
    # whoever leaves one class makes room for the next, in whichever order the lines come
    for is_new in (False, True):
        for record, stay in stays:
            if stay is not None and record.is_new is is_new:
                planner.settle(record, stay)


class _Planner:
    def __init__(self, known: Known) -> None:
        self._known = known
        self._stays: defaultdict[UUID, dict[UUID, Stay]] = defaultdict(dict)
        for stay in known.stays:
            self._stays[stay.person_id][stay.id] = stay
        self._grants: defaultdict[tuple[UUID, str], list[Any]] = defaultdict(list)
        for grant in known.grants:
            self._grants[grant.person_id, grant.role].append(grant)
        self._lines: dict[Key, int] = {}

    def stay(self, record: Record) -> Stay | None:
        """What the line asks for, if that can be."""
        section = self._named(record, "section", self._known.sections, _("We know no such class."))
        person = self._named(record, "person", self._known.people, _("We know no such person."))
        if section is None or person is None or record.mistakes:
            return None
        record.label = f"{_name(person)}, {section.name}"
        stay = self._asked_for(record, section, person["id"])
        key = (section.id, person["id"], stay.role, stay.starts_on)
        line = self._lines.setdefault(key, record.line)
        if line != record.line:
            record.reject("", _("Line %(line)s says this already.", line=line))
        else:
            self._check(record, stay, section, person)
        return None if record.mistakes else stay

    def _named(self, record: Record, column: str, known: Mapping[str, Any], otherwise: Any) -> Any:
        number = record.values.get(column)
        found = known.get(number) if number else None
        if found is None and number:
            record.reject(column, otherwise)
        return found

    def _asked_for(self, record: Record, section: Section, person_id: UUID) -> Stay:
        """The enrolment there is, with the dates of the line; or else a new one."""
        session = self._known.sessions[section.academic_session_id]
        role = record.values.get("role", "student")
        stored = self._stored(record, section, person_id, role)
        if stored is not None:
            return replace(stored, ends_on=record.values.get("ends_on", stored.ends_on))
        record.is_new = True
        return Stay(
            new_id(),
            section.id,
            person_id,
            role,
            record.values.get("starts_on") or nearest(self._known.today, session),
            record.values.get("ends_on"),
            section.name,
            section.kind,
            session.ends_on,
        )

    def _stored(self, record: Record, section: Section, person_id: UUID, role: str) -> Stay | None:
        same = [
            stay
            for stay in self._stays[person_id].values()
            if stay.section_id == section.id and stay.role == role
        ]
        starts_on = record.values.get("starts_on")
        if starts_on is not None:
            return next((stay for stay in same if stay.starts_on == starts_on), None)
        session = self._known.sessions[section.academic_session_id]
        day = nearest(self._known.today, session)
        return next((stay for stay in same if holds_on(stay, day)), None)

    def _check(
        self, record: Record, stay: Stay, section: Section, person: Mapping[str, Any]
    ) -> None:
        if not record.is_new and stay == self._stays[stay.person_id][stay.id]:
            return
        try:
            check_dates(stay, self._known.sessions[section.academic_session_id])
        except Invalid as refusal:
            for column, found in refusal.fields.items():
                record.reject(column, sentences_in(found)[0])
            return
        if record.is_new:
            self._check_person(record, stay, person)

    def _check_person(self, record: Record, stay: Stay, person: Mapping[str, Any]) -> None:
        grants = self._grants[person["id"], stay.role]
        if not person["active"]:
            record.reject("person", _("%(name)s is no longer at the school.", name=_name(person)))
        elif not any(common(grant, _whole(stay)) for grant in grants):
            record.reject("person", _not_fitting(_name(person), stay.role))

    def settle(self, record: Record, stay: Stay) -> None:
        """Give the person this place, unless another class has them then."""
        others = self._stays[stay.person_id]
        in_the_way = next(
            (other for other in others.values() if other.id != stay.id and _clash(stay, other)),
            None,
        )
        if in_the_way is not None:
            record.reject(
                "section",
                _(
                    "They are already in %(section)s, from %(first)s.",
                    section=in_the_way.section_name,
                    first=format_date(in_the_way.starts_on),
                ),
            )
            return
        stored = others.get(stay.id)
        others[stay.id] = stay
        _write(record, stay, stored)


def _write(record: Record, stay: Stay, stored: Stay | None) -> None:
    row = {"id": stay.id, "ends_on": stay.ends_on}
    if stored is None:
        record.changes = {"starts_on": Change(None, _told(stay.starts_on))}
        if stay.ends_on:
            record.changes["ends_on"] = Change(None, _told(stay.ends_on))
        of = {"section_id": stay.section_id, "person_id": stay.person_id, "role": stay.role}
        record.inserts.append((Enrolment, {**row, **of, "starts_on": stay.starts_on}))
    elif stay.ends_on != stored.ends_on:
        record.changes = {"ends_on": Change(_told(stored.ends_on), _told(stay.ends_on))}
        record.updates.append((Enrolment, row))


def _told(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _clash(one: Stay, other: Stay) -> bool:
    """Nobody is twice in one class at a time, and no student in two homerooms."""
    if one.role != other.role or not common(_whole(one), _whole(other)):
        return False
    homerooms = one.kind == other.kind == "homeroom" and one.role == "student"
    return homerooms or one.section_id == other.section_id


def _whole(stay: Stay) -> Span:
    """Without a last day it ends with the year or term of its class."""
    return Span(stay.starts_on, stay.ends_on or stay.session_ends_on)


def _name(person: Mapping[str, Any]) -> str:
    return f"{person['preferred_name'] or person['given_name']} {person['family_name']}".strip()


def _not_fitting(name: str, role: str) -> Any:
    if role == "teacher":
        return _("%(name)s is not a teacher of the school then.", name=name)
    return _("%(name)s is not a student of the school then.", name=name)
