"""One register with its students, and the marks that stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import RowMapping, text

from school_erp.attendance.last_marks import NOTHING, Known
from school_erp.attendance.marking import Mark
from school_erp.attendance.queries.ground import EARLIER, Place, mark_of
from school_erp.extensions import db
from school_erp.people.queries.names import name_in_sql

# Marks that are known at the version at which the register stands are not read again. Which it is,
# is decided in this statement, so that nothing can change in between.
_UNKNOWN = "(r.version IS DISTINCT FROM CAST(:version AS integer) OR e.person_id <> ALL(:known))"

_students = text(
    f"""
    SELECT p.id AS student, {name_in_sql("p")} AS name, r.version AS register_version,
           m.*, earlier.code AS earlier_code
    FROM enrolment e
    JOIN person p ON p.school_id = e.school_id AND p.id = e.person_id
    LEFT JOIN register r ON r.school_id = e.school_id AND r.section_id = e.section_id
     AND r.date = :day AND r.slot = :slot
    LEFT JOIN student_attendance m ON m.school_id = e.school_id AND m.student_id = e.person_id
     AND m.date = :day AND m.slot = :slot AND {_UNKNOWN}
    LEFT JOIN LATERAL ({EARLIER.format(student="e.person_id")}) AS earlier
      ON m.student_id IS NULL AND {_UNKNOWN}
    WHERE e.school_id = :school AND e.section_id = :section AND e.role = 'student'
      AND e.starts_on <= :day AND (e.ends_on IS NULL OR e.ends_on >= :day)
    ORDER BY p.sort_name, p.id"""  # noqa: S608 - the part put in is our own constant
)


@dataclass(frozen=True, slots=True)
class StudentInRegister:
    student_id: UUID
    name: str
    mark: Mark | None
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class Roster:
    students: Sequence[StudentInRegister]
    # of the register, in the same moment; nothing where it was not opened
    version: int | None
    # of how many students the mark was known and not read
    known: int


def roster_of(place: Place, section_id: UUID, known: Known = NOTHING) -> Roster:
    asked = {
        "school": place.school_id,
        "section": section_id,
        "day": place.day,
        "slot": place.slot,
        "version": known.version,
        "known": list(known.marks),
    }
    rows = db.session.execute(_students, asked).mappings().all()
    version = rows[0]["register_version"] if rows else None
    marks = known.marks if version is not None and version == known.version else {}
    students = [_student(row, marks.get(row["student"])) for row in rows]
    return Roster(students, version, sum(row["student"] in marks for row in rows))


def _student(row: RowMapping, known: Mark | None) -> StudentInRegister:
    read = mark_of(row) if row["student_id"] is not None else None
    return StudentInRegister(
        student_id=row["student"],
        name=row["name"],
        mark=known or read,
        suggestion=row["earlier_code"],
    )
