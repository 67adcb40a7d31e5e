"""Classes, found by the school's own number for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from school_erp.academics.models import AcademicSession, Section
from school_erp.academics.rules.spans import holds_on
from school_erp.academics.schemas.sections import KINDS, SectionChange
from school_erp.core.ids import new_id
from school_erp.core.schemas import Text
from school_erp.imports.columns import Column
from school_erp.imports.plan import Change, Record
from school_erp.imports.queries import classes as queries
from school_erp.schools.queries import today_here

_rules = SectionChange().fields

COLUMNS = (
    Column(
        "external_id",
        Text(required=True, most=100),
        _("The school's own number for the class, by which it is found again."),
        "C7A",
        required=True,
    ),
    Column("name", _rules["name"], _("Needed for a new class."), "7A"),
    Column(
        "kind",
        Text(),
        _("A new class with a course is scheduled, one without a homeroom."),
        "homeroom",
        choices=KINDS,
    ),
    Column("grade", _rules["grade"], _("The year group."), "7"),
    Column("room", _rules["room"], _("Where it usually is."), "R12"),
    Column(
        "session",
        Text(most=200),
        _("The name of the school year or term; empty means the present school year."),
    ),
    Column("course", Text(most=100, allow_none=True), _("The code of the course taught.")),
    Column("active", _rules["active"], _("no for a class that is over."), "yes"),
)
# as they are called in a file, and as they are stored
FIELDS = {
    "name": "name",
    "kind": "kind",
    "grade": "grade",
    "room": "room",
    "session": "academic_session_id",
    "course": "course_id",
    "active": "active",
}


@dataclass(frozen=True, slots=True)
class Known:
    today: date
    sections: Sequence[Mapping[str, Any]]
    sessions: Sequence[AcademicSession]
    courses: Mapping[str, tuple[UUID, str]]
    with_people: set[UUID]
    with_lessons: set[UUID]


def look_up(records: Sequence[Record], *, held: bool) -> Known:
    del held  # two who change the same class at once are told apart by the fingerprint
    numbers = {record.values.get("external_id") for record in records}
    sections = queries.every_section()
    used = queries.sections_in_use([it["id"] for it in sections if it["external_id"] in numbers])
    return Known(
        today_here(), sections, queries.sessions(), queries.courses_by_code(), used[0], used[1]
    )


def plan(records: Sequence[Record], known: Known) -> None:
    planner = _Planner(known)
    for record in records:
        planner.section(record)


class _Planner:
    def __init__(self, known: Known) -> None:
        self._known = known
        self._stored = {it["external_id"]: it for it in known.sections if it["external_id"]}
        self._names = {(it["academic_session_id"], it["name"]): it["id"] for it in known.sections}
        self._sessions = {session.id: session for session in known.sessions}
        self._courses = dict(known.courses.values())
        self._lines: dict[str, int] = {}

    def section(self, record: Record) -> None:
        number = record.values.get("external_id")
        if number is None:
            return
        line = self._lines.setdefault(number, record.line)
        if line != record.line:
            record.reject("external_id", _("Line %(line)s has this number too.", line=line))
            return
        self._name_session(record)
        self._name_course(record)
        stored = self._stored.get(number)
        row = self._row(record, stored)
        record.label = row["name"] or number
        if not record.mistakes:
            self._write(record, stored, row)

    def _name_session(self, record: Record) -> None:
        typed = record.values.pop("session", None)
        if typed is None:
            return
        word = typed.casefold()
        for session in self._known.sessions:
            if word in {session.name.casefold(), (session.external_id or "").casefold()}:
                record.values["academic_session_id"] = session.id
                return
        record.reject("session", _("We do not know this year or term."))

    def _name_course(self, record: Record) -> None:
        if "course" not in record.values:
            return
        typed = record.values.pop("course")
        if typed is None:
            record.values["course_id"] = None
        elif typed.casefold() in self._known.courses:
            record.values["course_id"] = self._known.courses[typed.casefold()][0]
        else:
            record.reject("course", _("We do not know this course."))

    def _row(self, record: Record, stored: Mapping[str, Any] | None) -> dict[str, Any]:
        old = stored or self._blank(record)
        row = {field: record.values.get(field, old[field]) for field in FIELDS.values()}
        row |= {"external_id": record.values["external_id"]}
        if stored is None:
            self._check_new(record, row)
        else:
            self._check_changed(record, stored, row)
        if row["kind"] == "scheduled" and row["course_id"] is None and not record.mistakes:
            record.reject("course", _("A class taught at set times belongs to a course."))
        return row

    def _blank(self, record: Record) -> dict[str, Any]:
        kind = "scheduled" if record.values.get("course_id") else "homeroom"
        blank = dict.fromkeys(FIELDS.values())
        return {**blank, "kind": kind, "active": True, "academic_session_id": self._present()}

    def _present(self) -> UUID | None:
        """The school year of today, or else the next to begin."""
        years = [session for session in self._known.sessions if session.kind == "year"]
        today = self._known.today
        running = [year for year in years if holds_on(year, today)]
        coming = sorted((y for y in years if y.starts_on > today), key=lambda y: y.starts_on)
        return next((year.id for year in (*running, *coming)), None)

    def _check_new(self, record: Record, row: Mapping[str, Any]) -> None:
        record.is_new = True
        if row["name"] is None and not record.is_wrong_in("name"):
            record.reject("name", _("A new class needs this."))
        if row["academic_session_id"] is None and not record.mistakes:
            record.reject("session", _("There is no school year to put it into. Name one."))

    def _check_changed(
        self, record: Record, stored: Mapping[str, Any], row: Mapping[str, Any]
    ) -> None:
        has_people = stored["id"] in self._known.with_people
        if row["kind"] != stored["kind"] and has_people:
            record.reject("kind", _("People are enrolled in this class, so it stays what it is."))
        moves = row["academic_session_id"] != stored["academic_session_id"]
        if moves and (has_people or stored["id"] in self._known.with_lessons):
            record.reject("session", _("This class has people or lessons, so it stays there."))

    def _write(self, record: Record, stored: Mapping[str, Any] | None, row: dict[str, Any]) -> None:
        row["id"] = stored["id"] if stored else new_id()
        place = (row["academic_session_id"], row["name"])
        if self._names.setdefault(place, row["id"]) != row["id"]:
            record.reject("name", _("Another class of this year or term has this name."))
            return
        record.changes = {
            name: Change(self._told(field, stored), self._told(field, row))
            for name, field in FIELDS.items()
            if row[field] != (stored[field] if stored else None)
        }
        if stored is None:
            record.inserts.append((Section, row))
        elif record.changes:
            record.updates.append((Section, row))

    def _told(self, field: str, row: Mapping[str, Any] | None) -> Any:
        """As a file would say it."""
        value = row[field] if row else None
        if field == "academic_session_id" and value:
            return self._sessions[value].name
        return self._courses.get(value) if field == "course_id" and value else value
