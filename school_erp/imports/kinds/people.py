"""People, found by the school's own number for them, with their roles and whom they answer for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from school_erp.core.clock import today_in
from school_erp.core.ids import new_id
from school_erp.core.languages import LANGUAGES
from school_erp.core.schemas import Text
from school_erp.imports.columns import Column
from school_erp.imports.plan import Change, Record
from school_erp.imports.queries import people as queries
from school_erp.imports.queries.people import Tie
from school_erp.people.actions.guardianships import MOST as MOST_GUARDIANS
from school_erp.people.actions.people import GIVEN_UP
from school_erp.people.models import Guardianship, Person, RoleGrant
from school_erp.people.relations import RELATIONS
from school_erp.people.rules import phone_example, phone_in_full, search_words
from school_erp.people.schemas import MESSAGE_CHANNELS, PersonChange
from school_erp.schools.queries import own_school
from school_erp.schools.roles import Role

_rules = PersonChange().fields

COLUMNS = (
    Column(
        "external_id",
        Text(required=True, most=100),
        _("The school's own number for the person, by which they are found again."),
        "S1001",
        required=True,
    ),
    Column(
        "given_name",
        _rules["given_name"],
        _("Empty for a person with one name only."),
        "Zoë",
    ),
    Column("family_name", _rules["family_name"], _("Needed for a new person."), "Quist"),
    Column("preferred_name", _rules["preferred_name"], _("What they are called.")),
    Column("email", _rules["email"], _("An email address."), "zoe@example.org"),
    Column("phone", _rules["phone"], _("As dialled in the school's country, or with +.")),
    Column(
        "language",
        Text(),
        _("In which they are written to; empty for the school's."),
        choices=tuple(LANGUAGES),
    ),
    Column(
        "message_channel",
        Text(),
        _("By which messages come; empty for SMS, else email."),
        choices=MESSAGE_CHANNELS,
    ),
    Column(
        "role",
        Text(),
        _("Held from today on, where not held already; several are separated by ;"),
        "student",
        choices=tuple(Role),
        several=True,
    ),
    Column("active", _rules["active"], _("no for somebody who has left."), "yes"),
    Column(
        "guardian_of",
        Text(most=100),
        _("For a guardian: the numbers of their children, separated by ;"),
        several=True,
    ),
    Column(
        "relation",
        Text(),
        _("What a guardian is to those children."),
        choices=tuple(RELATIONS),
    ),
)
FIELDS = (
    *("given_name", "family_name", "preferred_name", "email", "phone"),
    *("language", "message_channel", "active"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the school holds about those whom a file names."""

    today: date
    region: str
    people: Mapping[str, Mapping[str, Any]]
    roles: Mapping[UUID, frozenset[str]]
    students: frozenset[UUID]
    ties: Mapping[tuple[UUID, UUID], Tie]
    guardians: Mapping[UUID, int]


def look_up(records: Sequence[Record], *, held: bool) -> Known:
    school = own_school()
    today = today_in(school.timezone)
    people = queries.people_by_number(_numbers_in(records), held=held)
    ids = [person["id"] for person in people.values()]
    roles, students = queries.roles_of(ids, today)
    ties, guardians = queries.guardianships_of(ids)
    return Known(today, school.region, people, roles, students, ties, guardians)


def _numbers_in(records: Sequence[Record]) -> set[str]:
    """Of everybody whom the file names."""
    own = {record.values.get("external_id") for record in records}
    children = (record.values.get("guardian_of", ()) for record in records)
    return {number for number in own if number}.union(*children)


def plan(records: Sequence[Record], known: Known) -> None:
    planner = _Planner(known)
    for record in records:
        planner.person(record)
    for record in records:
        if not record.mistakes:
            planner.guardian(record)
    planner.reject_ties_to_rejected(records)


class _Planner:
    def __init__(self, known: Known) -> None:
        self._known = known
        self._lines: dict[str, Record] = {}
        self._ids: dict[str, UUID] = {number: row["id"] for number, row in known.people.items()}
        self._guardians: Counter[UUID] = Counter(known.guardians)
        self._phones: dict[str, str | None] = {}

    def person(self, record: Record) -> None:
        number = record.values.get("external_id")
        if number is None:
            return
        first = self._lines.setdefault(number, record)
        if first is not record:
            record.reject("external_id", _("Line %(line)s has this number too.", line=first.line))
            return
        self._read_phone(record)
        stored = self._known.people.get(number)
        if stored is None:
            self._new(record, number)
        else:
            self._changed(record, stored)
        record.label = _name(record, stored)
        self._roles(record, self._ids[number])

    def _read_phone(self, record: Record) -> None:
        typed = record.values.get("phone")
        if not typed:
            return
        if typed not in self._phones:
            self._phones[typed] = phone_in_full(typed, self._known.region)
        record.values["phone"] = self._phones[typed]
        if self._phones[typed] is None:
            record.reject(
                "phone",
                _(
                    "This is not a whole phone number, such as %(example)s.",
                    example=phone_example(self._known.region),
                ),
            )

    def _new(self, record: Record, number: str) -> None:
        record.is_new = True
        self._ids[number] = new_id()
        if "family_name" not in record.values and not record.is_wrong_in("family_name"):
            record.reject("family_name", _("A new person needs this."))
        if record.mistakes:
            return
        blank = {**dict.fromkeys(FIELDS), "given_name": "", "active": True}
        row = {name: record.values.get(name, blank[name]) for name in FIELDS}
        row["external_id"] = number
        record.changes = {
            name: Change(None, record.values[name]) for name in FIELDS if record.values.get(name)
        }
        record.inserts.append((Person, _complete(self._ids[number], row)))

    def _changed(self, record: Record, stored: Mapping[str, Any]) -> None:
        record.changes = {
            name: Change(stored[name], record.values[name])
            for name in FIELDS
            if name in record.values and record.values[name] != stored[name]
        }
        retires = "active" in record.changes and record.values["active"] is False
        if retires and Role.ADMIN in self._held(stored["id"]):
            record.reject("active", _("An administrator leaves on their own page, not by a file."))
        if record.changes:
            row = {name: record.values.get(name, stored[name]) for name in FIELDS}
            row["external_id"] = stored["external_id"]
            row |= {
                since: None if name in record.changes else stored[since]
                for name, since in GIVEN_UP.items()
            }
            record.updates.append((Person, _complete(stored["id"], row)))

    def _roles(self, record: Record, person_id: UUID) -> None:
        held = self._held(person_id)
        added = [role for role in record.values.get("role", ()) if role not in held]
        if added:
            record.changes["role"] = Change(_listed(held), _listed(held.union(added)))
        for role in added:
            grant = {"id": new_id(), "person_id": person_id, "role": role}
            record.inserts.append((RoleGrant, {**grant, "starts_on": self._known.today}))

    def _held(self, person_id: UUID) -> frozenset[str]:
        return self._known.roles.get(person_id, frozenset())

    def guardian(self, record: Record) -> None:
        children = record.values.get("guardian_of", ())
        if not children and record.values.get("relation"):
            record.reject("guardian_of", _("Whose? Give the numbers of the children."))
        for number in children:
            self._tie(record, self._ids[record.values["external_id"]], number)

    def _tie(self, record: Record, guardian_id: UUID, number: str) -> None:
        refusal = self._refusal(record, number)
        if refusal is not None:
            record.reject("guardian_of", refusal)
            return
        student_id, relation = self._ids[number], record.values.get("relation")
        stored = self._known.ties.get((student_id, guardian_id))
        if stored is None:
            self._add_tie(record, number, guardian_id, relation)
        elif relation and relation != stored.relation:
            record.changes[f"guardian_of {number}"] = Change(stored.relation, relation)
            record.updates.append((Guardianship, {"id": stored.id, "relation": relation}))

    def _refusal(self, record: Record, number: str) -> Any:
        if number == record.values["external_id"]:
            return _("Nobody is their own guardian.")
        if number not in self._ids:
            return _("We know nobody with the number %(number)s.", number=number)
        line = self._lines.get(number)
        becomes = line is not None and Role.STUDENT in line.values.get("role", ())
        if not becomes and self._ids[number] not in self._known.students:
            return _("%(number)s is not a student.", number=number)
        return None

    def _add_tie(
        self, record: Record, number: str, guardian_id: UUID, relation: str | None
    ) -> None:
        student_id = self._ids[number]
        if relation is None:
            record.reject("relation", _("Say what they are to %(number)s.", number=number))
            return
        self._guardians[student_id] += 1
        if self._guardians[student_id] > MOST_GUARDIANS:
            sentence = _("A student has at most %(most)s guardians.", most=MOST_GUARDIANS)
            record.reject("guardian_of", sentence)
            return
        record.changes[f"guardian_of {number}"] = Change(None, relation)
        row = {
            "id": new_id(),
            "student_id": student_id,
            "guardian_id": guardian_id,
            "relation": relation,
            "call_order": self._guardians[student_id],
        }
        record.inserts.append((Guardianship, row))

    def reject_ties_to_rejected(self, records: Sequence[Record]) -> None:
        """A guardian cannot be tied to a new student whose own line is left out."""
        found = True
        while found:
            found = False
            for record, number in self._ties_to_rejected(records):
                line = self._lines[number].line
                record.reject("guardian_of", _("Line %(line)s has a mistake itself.", line=line))
                found = True

    def _ties_to_rejected(self, records: Sequence[Record]) -> Iterator[tuple[Record, str]]:
        for record in records:
            if record.mistakes:
                continue
            for number in record.values.get("guardian_of", ()):
                line = self._lines.get(number)
                if line is not None and line.mistakes and not self._is_student(number):
                    yield record, number
                    break

    def _is_student(self, number: str) -> bool:
        stored = self._known.people.get(number)
        return stored is not None and stored["id"] in self._known.students


def _complete(person_id: UUID, row: dict[str, Any]) -> dict[str, Any]:
    names = (row["given_name"], row["family_name"], row["preferred_name"])
    return {"id": person_id, **row, "search_words": search_words(names, row["external_id"])}


def _name(record: Record, stored: Mapping[str, Any] | None) -> str:
    old = stored or {}
    given = record.values.get("given_name") or old.get("given_name") or ""
    return f"{given} {record.values.get('family_name') or old.get('family_name') or ''}".strip()


def _listed(roles: frozenset[str]) -> str | None:
    return "; ".join(sorted(roles)) or None
