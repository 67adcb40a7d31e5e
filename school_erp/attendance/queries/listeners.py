from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text

from school_erp.extensions import db


def listeners_in_sql(student: str) -> str:
    """The persons of one student, for a statement that has many."""
    return f"""
        SELECT a.person_id FROM account a
        WHERE a.school_id = :school AND a.person_id = {student} AND a.disabled_at IS NULL
        UNION ALL
        SELECT a.person_id FROM guardianship g
        JOIN account a ON a.school_id = :school AND a.person_id = g.guardian_id
         AND a.disabled_at IS NULL
        WHERE g.school_id = :school AND g.student_id = {student}
          AND NOT g.do_not_contact"""  # noqa: S608 - our own names


_listeners = text("""
    SELECT asked.id AS student_id, a.person_id
    FROM unnest(CAST(:students AS uuid[])) AS asked (id)
    JOIN account a ON a.school_id = :school AND a.person_id = asked.id AND a.disabled_at IS NULL
    UNION ALL
    SELECT g.student_id, a.person_id FROM guardianship g
    JOIN account a ON a.school_id = g.school_id AND a.person_id = g.guardian_id
     AND a.disabled_at IS NULL
    WHERE g.school_id = :school AND g.student_id = ANY(:students) AND NOT g.do_not_contact""")


def listeners_of(school_id: UUID, students: Sequence[UUID]) -> Mapping[UUID, Sequence[UUID]]:
    """The student and whoever answers for them, where they can sign in at all."""
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    asked = {"school": school_id, "students": list(students)}
    for student_id, person_id in db.session.execute(_listeners, asked):
        found[student_id].append(person_id)
    return found
