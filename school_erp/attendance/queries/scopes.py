"""Who is meant by some classes, a grade or everyone, on a date in a slot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from school_erp.attendance.queries.ground import Place
from school_erp.attendance.queries.registers import DUE
from school_erp.extensions import db

# named classes as they are; of a grade or everyone, those that have this session or lesson.
# Somebody who is in two of them counts once.
_students = text(
    f"""
    SELECT DISTINCT ON (e.person_id) e.person_id AS student_id, s.id AS section_id,
           m.student_id IS NOT NULL AS marked
    FROM section s
    JOIN enrolment e ON e.school_id = s.school_id AND e.section_id = s.id AND e.role = 'student'
     AND e.starts_on <= :day AND (e.ends_on IS NULL OR e.ends_on >= :day)
    LEFT JOIN student_attendance m ON m.school_id = e.school_id AND m.student_id = e.person_id
     AND m.date = :day AND m.slot = :slot
    WHERE s.school_id = :school
      AND CASE WHEN CAST(:sections AS uuid[]) IS NOT NULL THEN s.id = ANY(:sections)
               ELSE s.id IN (SELECT due.section_id FROM ({DUE}) AS due
                             WHERE due.slot = :slot
                               AND (CAST(:grade AS text) IS NULL OR due.grade = :grade)) END
    ORDER BY e.person_id, s.name, s.id"""  # noqa: S608 - the part put in is our own constant
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Some classes, a grade, or everyone where neither is named."""

    sections: Sequence[UUID] | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class StudentInScope:
    student_id: UUID
    section_id: UUID
    marked: bool


def students_in_scope(place: Place, scope: Scope) -> list[StudentInScope]:
    """Class by class, so that a part of a job concerns few registers."""
    asked = {
        "school": place.school_id,
        "day": place.day,
        "slot": place.slot,
        "sections": list(scope.sections) if scope.sections is not None else None,
        "grade": scope.grade,
    }
    found = [StudentInScope(**row) for row in db.session.execute(_students, asked).mappings()]
    return sorted(found, key=lambda each: (each.section_id, each.student_id))
