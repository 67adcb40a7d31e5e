"""Whom and which classes the lines of a file mean: one statement each, however many lines."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from school_erp.academics.queries.weeks import in_its_week
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db

_people = text("""
    SELECT id, external_id, concat_ws(' ', coalesce(preferred_name, given_name), family_name)
           AS name
    FROM person
    WHERE school_id = :school
      AND (external_id = ANY(CAST(:numbers AS text[])) OR id = ANY(CAST(:ids AS uuid[])))""")

_sections = text("""
    SELECT s.id, lower(s.name) AS name, y.starts_on, y.ends_on
    FROM section s JOIN academic_session y
      ON y.school_id = s.school_id AND y.id = s.academic_session_id
    WHERE s.school_id = :school
      AND (lower(s.name) = ANY(CAST(:names AS text[])) OR s.id = ANY(CAST(:ids AS uuid[])))
    ORDER BY s.active DESC, s.id""")

_classes = text(f"""
    SELECT DISTINCT ON (w.number) w.number, e.section_id
    FROM unnest(CAST(:numbers AS integer[]), CAST(:students AS uuid[]), CAST(:days AS date[]),
                CAST(:slots AS integer[])) AS w (number, student_id, day, slot)
    JOIN attendance_settings rules ON rules.school_id = :school
    JOIN enrolment e ON e.school_id = :school AND e.person_id = w.student_id
     AND e.role = 'student' AND e.starts_on <= w.day
     AND (e.ends_on IS NULL OR e.ends_on >= w.day)
    JOIN section s ON s.school_id = e.school_id AND s.id = e.section_id
    JOIN academic_session y ON y.school_id = s.school_id AND y.id = s.academic_session_id
    WHERE rules.attendance_mode = 'DAILY' AND s.kind = 'homeroom'
       OR rules.attendance_mode = 'PERIOD' AND EXISTS (
              SELECT 1 FROM timetable_entry t
              WHERE t.school_id = s.school_id AND t.section_id = s.id AND t.slot = w.slot
                AND t.weekday = extract(isodow FROM w.day) AND t.starts_on <= w.day
                AND (t.ends_on IS NULL OR t.ends_on >= w.day)
                AND {in_its_week("t", "w.day", "y")})
    ORDER BY w.number, s.active DESC, e.starts_on DESC, s.id""")  # noqa: S608 - our own constant


@dataclass(frozen=True, slots=True)
class Named:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ClassNamed:
    id: UUID
    starts_on: dt.date
    ends_on: dt.date


def people_named(words: Iterable[str]) -> dict[str, Named]:
    """By the school's own number, else by our id."""
    wanted = set(words)
    ids = _ids_in(wanted)
    asked = {"school": current_school_id(), "numbers": sorted(wanted), "ids": sorted(ids)}
    found: dict[str, Named] = {}
    for row in db.session.execute(_people, asked):
        person = Named(row.id, row.name)
        if row.external_id in wanted:
            found[row.external_id] = person
        if row.id in ids:
            found.setdefault(ids[row.id], person)
    return found


def classes_named(words: Iterable[str]) -> dict[str, list[ClassNamed]]:
    """By name in lower case, or by our id. A name comes again each year."""
    wanted = set(words)
    ids = _ids_in(wanted)
    asked = {
        "school": current_school_id(),
        "names": sorted({word.lower() for word in wanted}),
        "ids": sorted(ids),
    }
    found: defaultdict[str, list[ClassNamed]] = defaultdict(list)
    for row in db.session.execute(_sections, asked):
        section = ClassNamed(row.id, row.starts_on, row.ends_on)
        for word in {row.name, ids.get(row.id, row.name).lower()}:
            found[word].append(section)
    return found


def classes_to_mark(
    lines: Sequence[tuple[int, UUID, dt.date, int]],
) -> dict[int, UUID]:
    """For each line its student's class that has this session or lesson."""
    columns = list(zip(*lines, strict=True)) or [(), (), (), ()]
    names = ("numbers", "students", "days", "slots")
    asked = {name: list(column) for name, column in zip(names, columns, strict=True)}
    rows = db.session.execute(_classes, {"school": current_school_id(), **asked})
    return {row.number: row.section_id for row in rows}


def _ids_in(words: Iterable[str]) -> dict[UUID, str]:
    found = {}
    for word in words:
        try:
            found[UUID(word)] = word
        except ValueError:
            continue
    return found
