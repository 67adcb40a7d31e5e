"""Of whose absence a family hears, as parts of statements: the same for messages and the bell.

The part `asked` is what has turned of whom; `missed` is the absence of the day that counts, for
those who became absent and those who are no longer absent here but may be elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from school_erp.absences.queries.explained import explained_in_sql
from school_erp.messages.rules.turning import Turned

ASKED = """
    asked AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(:rows) AS r (
            student_id uuid, turn text, told_as text, section_id uuid, status text,
            minutes_late smallint))"""

# every mark of a student's day, by the key, whatever the planner believes of a day in the making
OF_THE_DAY = """
    mark.school_id = :school
    AND (mark.student_id, mark.date, mark.slot) >= (asked.student_id, CAST(:day AS date), 0)
    AND (mark.student_id, mark.date, mark.slot) <= (asked.student_id, CAST(:day AS date), 32767)"""

# the first one nobody explained and nobody dropped; or the one just made, where each is told
MISSED = f"""
    dropped AS MATERIALIZED (
        SELECT slot, CAST(jsonb_array_elements_text(facts -> 'decided_for') AS uuid) AS student_id
        FROM message_hold
        WHERE school_id = :school AND date = :day AND decision = 'dropped'),
    missed AS MATERIALIZED (
        SELECT found.* FROM asked CROSS JOIN LATERAL (
            SELECT mark.student_id, mark.slot, mark.section_id FROM student_attendance mark
            WHERE {OF_THE_DAY} AND mark.status = 'ABSENT'
              AND (NOT :each_lesson OR mark.slot = :slot)
              AND NOT {explained_in_sql("mark.student_id", "mark.date", "mark.slot")}
              AND (mark.student_id, mark.slot) NOT IN (SELECT student_id, slot FROM dropped)
            ORDER BY mark.slot LIMIT 1) AS found
        WHERE asked.turn IN ('away', 'back'))"""  # noqa: S608 - our own constants


def still_absent(student: str, slot: str) -> str:
    """Does the absence that was told of still stand?"""
    return f"""EXISTS (
        SELECT FROM student_attendance still
        WHERE still.school_id = :school AND still.status = 'ABSENT'
          AND still.student_id = {student} AND still.date = :day AND still.slot = {slot})"""


def document_of(turned: Sequence[Turned]) -> Jsonb:
    return Jsonb([_row(each) for each in turned])


def _row(each: Turned) -> dict[str, Any]:
    after = each.after
    return {
        "student_id": str(each.student_id),
        "turn": each.turn,
        "told_as": each.told_as,
        "section_id": str(after.section_id) if after else None,
        "status": after.status if after else None,
        "minutes_late": after.minutes_late if after else None,
    }
