"""What marking stands on: rules, day, classes, students and the marks that stand.

Set-based: each question is asked once, however many students and classes it concerns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, TextClause, text

from school_erp.academics.queries.weeks import in_its_week
from school_erp.attendance.marking import Mark
from school_erp.attendance.rules.codes import Code
from school_erp.attendance.vocabulary import RegisterState, Source, StatisticalClass, Status
from school_erp.core.bulk import ids_as_json
from school_erp.extensions import db

# Their number is no part of the estimate, so that one plan serves any: with an array, PostgreSQL
# finds planning anew for a single class worth its while, each time.
SECTIONS = f"""
    SELECT known.* FROM jsonb_array_elements_text(CAST(:sections AS jsonb)) AS asked (id)
    CROSS JOIN LATERAL (
        SELECT s.id, s.name, s.kind,
               s.active AND :day BETWEEN y.starts_on AND y.ends_on AS in_session,
               EXISTS (SELECT 1 FROM enrolment e
                       WHERE e.school_id = s.school_id AND e.section_id = s.id
                         AND e.role = 'teacher'
                         AND e.person_id = :person AND e.starts_on <= :day
                         AND (e.ends_on IS NULL OR e.ends_on >= :day))
               OR EXISTS (SELECT 1 FROM cover c
                          WHERE c.school_id = s.school_id AND c.section_id = s.id AND c.date = :day
                            AND c.person_id = :person AND (c.slot IS NULL OR c.slot = :slot))
               AS taught,
               EXISTS (SELECT 1 FROM timetable_entry t
                       WHERE t.school_id = s.school_id AND t.section_id = s.id AND t.slot = :slot
                         AND t.weekday = extract(isodow FROM CAST(:day AS date))
                         AND t.starts_on <= :day AND (t.ends_on IS NULL OR t.ends_on >= :day)
                         AND {in_its_week("t", "CAST(:day AS date)", "y")})
               AS has_lesson
        FROM section s JOIN academic_session y
          ON y.school_id = s.school_id AND y.id = s.academic_session_id
        WHERE s.school_id = :school AND s.id = CAST(asked.id AS uuid) LIMIT 1) AS known"""  # noqa: S608 - our own names
_sections = text(SECTIONS)

_registers = text("""
    SELECT section_id, state, version, taken_by FROM register
    WHERE school_id = :school AND date = :day AND slot = :slot AND section_id = ANY(:sections)
    ORDER BY section_id""")

# written as they are where they were open already, for that alone holds them and answers with them
OPEN_AND_HOLD = """
    INSERT INTO register AS r (school_id, section_id, date, slot)
    SELECT :school, id, :day, :slot FROM {sections} ORDER BY id
    ON CONFLICT (school_id, section_id, date, slot) DO UPDATE SET version = r.version
    RETURNING section_id, state, version, taken_by, xmax = 0 AS opened"""
_close = text("""
    DELETE FROM register
    WHERE school_id = :school AND date = :day AND slot = :slot AND section_id = ANY(:sections)
      AND version = 0""")
_held_registers = text(
    OPEN_AND_HOLD.format(sections="unnest(CAST(:sections AS uuid[])) AS asked (id)")
)


def by_key(mark: str, student: str, day: str, slot: str) -> str:
    """One mark by its key, whatever the planner believes of a day that is being marked right now.

    It takes a day without statistics for an empty one, and would read all its marks for each
    student. No index but that of the key serves a comparison of these three together.
    """
    key, asked = f"({mark}.student_id, {mark}.date, {mark}.slot)", f"({student}, {day}, {slot})"
    return f"{key} >= {asked} AND {key} <= {asked}"


# an absence announced for this slot; else the latest mark of the day before it, where its code is
# one that prefills; else an absence announced for the whole day, which is slot 0
EARLIER = """
    SELECT known.code FROM (
        (SELECT before.code, before.slot, CAST(NULL AS uuid) AS announced_by
         FROM student_attendance before
         WHERE before.school_id = :school AND before.student_id = {student}
           AND before.date = :day AND before.slot < :slot
         ORDER BY before.slot DESC LIMIT 1)
        UNION ALL
        SELECT ahead.code, ahead.slot, ahead.announced_by FROM announced_absence ahead
        WHERE ahead.school_id = :school AND ahead.student_id = {student}
          AND ahead.date = :day AND ahead.slot IN (0, :slot)) AS known
    JOIN attendance_code c ON c.school_id = :school AND c.code = known.code
     AND c.starts_on <= :day AND (c.ends_on IS NULL OR c.ends_on >= :day)
     AND (c.prefills OR known.announced_by IS NOT NULL)
     AND (c.slot IS NULL OR c.slot = :slot)
    ORDER BY known.slot DESC, known.announced_by DESC NULLS LAST LIMIT 1"""

_suggested = text(
    f"""
    SELECT w.student_id, earlier.code FROM unnest(CAST(:students AS uuid[])) AS w (student_id)
    CROSS JOIN LATERAL ({EARLIER.format(student="w.student_id")}) AS earlier"""  # noqa: S608
)

# where the mark stands, else the class that has this slot on this day
_section_to_mark = text(f"""
    SELECT section_id FROM (
        SELECT 1 AS rank, m.section_id FROM student_attendance m
        WHERE m.school_id = :school AND m.student_id = :student AND m.date = :day
          AND m.slot = :slot
        UNION ALL
        SELECT 2, e.section_id FROM enrolment e
        JOIN section s ON s.school_id = e.school_id AND s.id = e.section_id
        JOIN academic_session y ON y.school_id = s.school_id AND y.id = s.academic_session_id
        JOIN attendance_settings rules ON rules.school_id = e.school_id
        WHERE e.school_id = :school AND e.person_id = :student AND e.role = 'student'
          AND e.starts_on <= :day AND (e.ends_on IS NULL OR e.ends_on >= :day)
          AND (rules.attendance_mode = 'DAILY' AND s.kind = 'homeroom'
               OR EXISTS (SELECT 1 FROM timetable_entry t WHERE t.school_id = s.school_id
                          AND t.section_id = s.id AND t.slot = :slot
                          AND t.weekday = extract(isodow FROM CAST(:day AS date))
                          AND t.starts_on <= :day
                          AND (t.ends_on IS NULL OR t.ends_on >= :day)
                          AND {in_its_week("t", "CAST(:day AS date)", "y")}))
    ) AS found ORDER BY rank, section_id LIMIT 1""")  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class SectionGround:
    id: UUID
    name: str
    homeroom: bool
    taught: bool
    in_session: bool
    has_lesson: bool


@dataclass(frozen=True, slots=True)
class RegisterGround:
    section_id: UUID
    state: RegisterState
    version: int
    taken_by: UUID | None
    # by whoever looks: it was not there before
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a marking happens."""

    school_id: UUID
    day: dt.date
    slot: int


def sections(
    place: Place, section_ids: Iterable[UUID], person_id: UUID | None
) -> dict[UUID, SectionGround]:
    rows = db.session.execute(
        _sections,
        {
            "school": place.school_id,
            "day": place.day,
            "slot": place.slot,
            "sections": ids_as_json(section_ids),
            "person": person_id,
        },
    )
    return {
        row.id: SectionGround(
            id=row.id,
            name=row.name,
            homeroom=row.kind == "homeroom",
            taught=row.taught,
            in_session=row.in_session,
            has_lesson=row.has_lesson,
        )
        for row in rows
    }


def section_to_mark(place: Place, student_id: UUID) -> UUID | None:
    found: UUID | None = db.session.scalar(
        _section_to_mark,
        {
            "school": place.school_id,
            "student": student_id,
            "day": place.day,
            "slot": place.slot,
        },
    )
    return found


def registers(place: Place, section_ids: Sequence[UUID]) -> dict[UUID, RegisterGround]:
    return _read_registers(_registers, _registers_at(place, section_ids))


def lock_registers(place: Place, section_ids: Sequence[UUID]) -> dict[UUID, RegisterGround]:
    """Opened where they were not, and held in one order until the transaction ends."""
    return _read_registers(_held_registers, _registers_at(place, section_ids))


def close_unused(place: Place, section_ids: Collection[UUID]) -> None:
    """Registers that were opened for records of which none was stored: nobody need take them."""
    if section_ids:
        db.session.execute(_close, _registers_at(place, list(section_ids)))


def _registers_at(place: Place, section_ids: Sequence[UUID]) -> dict[str, Any]:
    return {
        "school": place.school_id,
        "day": place.day,
        "slot": place.slot,
        "sections": sorted(section_ids),
    }


def _read_registers(query: TextClause, where: dict[str, Any]) -> dict[UUID, RegisterGround]:
    return {
        row.section_id: RegisterGround(
            row.section_id, RegisterState(row.state), row.version, row.taken_by
        )
        for row in db.session.execute(query, where)
    }


def suggestions(place: Place, student_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What earlier marks of the day suggest for this slot, by student."""
    if not student_ids:
        return {}
    asked = {
        "school": place.school_id,
        "day": place.day,
        "slot": place.slot,
        "students": list(student_ids),
    }
    return {row.student_id: row.code for row in db.session.execute(_suggested, asked)}


def mark_of(row: RowMapping) -> Mark:
    return Mark(
        status=Status(row["status"]),
        code=row["code"],
        minutes_late=row["minutes_late"],
        remarks=row["remarks"],
        source=Source(row["source"]),
        version=row["version"],
        section_id=row["section_id"],
        marked_by=row["marked_by"],
        marked_at=row["marked_at"],
        arrived_at=row["arrived_at"],
    )


def code_of(row: RowMapping | dict[str, Any]) -> Code:
    return Code(
        code=row["code"],
        label=row["label"],
        status=Status(row["status"]),
        statistical_class=StatisticalClass(row["statistical_class"]),
        roles=frozenset(row["roles"]),
        allowed_in_advance=row["allowed_in_advance"],
        is_default=row["is_default"],
        slot=row["slot"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        position=row["position"],
        prefills=row["prefills"],
        colour=row["colour"],
    )
