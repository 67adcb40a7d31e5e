"""The students of a marking: are they in the class, and what stands of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from school_erp.attendance.marking import Mark, Record
from school_erp.attendance.queries.ground import Place, by_key
from school_erp.attendance.queries.listeners import listeners_in_sql
from school_erp.attendance.vocabulary import Source, Status
from school_erp.core.bulk import ids_as_text
from school_erp.core.direct import Rows, Statement
from school_erp.extensions import db

_KNOWN = "EXISTS (SELECT FROM person WHERE school_id = :school AND id = w.student_id)"


def _standing(listeners: str) -> Statement:
    """Of most there is nothing to say: they are in the class, unmarked, and nobody listens."""
    return Statement(f"""
        WITH roster AS MATERIALIZED (
            SELECT classes.id AS section_id, e.person_id
            FROM unnest(CAST(:sections AS uuid[])) AS classes (id)
            CROSS JOIN LATERAL (
                SELECT person_id FROM enrolment e
                WHERE e.school_id = :school AND e.section_id = classes.id AND e.role = 'student'
                  AND e.starts_on <= :day AND (e.ends_on IS NULL OR e.ends_on >= :day)
                OFFSET 0) AS e
        ), asked AS (
            SELECT student_id, place, (CAST(:sections AS uuid[]))[number] AS section_id
            FROM unnest(CAST(:students AS uuid[]), CAST(:in_section AS integer[]))
                 WITH ORDINALITY AS w (student_id, number, place)
        )
        SELECT w.place, w.enrolled OR {_KNOWN}, w.enrolled, heard.listeners,
               m.status, m.code, m.minutes_late, m.remarks, m.source, m.version, m.section_id,
               m.marked_by, m.marked_at, m.arrived_at
        FROM (SELECT asked.*, (student_id, section_id) IN (
                  SELECT person_id, section_id FROM roster) AS enrolled FROM asked) AS w
        LEFT JOIN LATERAL (
            SELECT * FROM student_attendance m
            WHERE CAST(:marked AS boolean)
              AND m.school_id = :school AND {by_key("m", "w.student_id", ":day", ":slot")}
            LIMIT 1) m ON true
        LEFT JOIN LATERAL ({listeners}) heard ON true
        WHERE NOT w.enrolled OR m.status IS NOT NULL
           OR heard.listeners IS NOT NULL""")  # noqa: S608 - our own names


_standing_alone = _standing("SELECT CAST(NULL AS uuid[]) AS listeners")
_standing_and_heard = _standing(
    f"SELECT array_agg(person_id) AS listeners FROM ({listeners_in_sql('w.student_id')}) AS l"  # noqa: S608
)


@dataclass(frozen=True, slots=True)
class StudentGround:
    known: bool
    enrolled: bool
    mark: Mark | None
    # who hears of it, where somebody asked
    listeners: Sequence[UUID] = ()


UNMARKED = StudentGround(known=True, enrolled=True, mark=None)


# those of whom there is more to say than `UNMARKED`
Students = Mapping[UUID, StudentGround]


def standing(place: Place, records: Sequence[Record]) -> Students:
    asked = _asked(place, records) | {"marked": True}
    return _read(records, _standing_alone.rows(db.session, asked))


@contextmanager
def standing_under_way(
    place: Place, records: Sequence[Record], *, marked: bool
) -> Iterator[Callable[[], Students]]:
    """The same, with who hears of their marks, while the block goes on with something else.

    Marks that stand are only looked for where somebody may have been marked.
    """
    asked = _asked(place, records) | {"marked": marked}
    with _standing_and_heard.under_way(db.session, asked) as rows:
        yield lambda: _read(records, rows())


def _asked(place: Place, records: Sequence[Record]) -> dict[str, Any]:
    numbers: dict[UUID, int] = {}
    places = [numbers.setdefault(each.section_id, len(numbers) + 1) for each in records]
    return {
        "school": place.school_id,
        "day": place.day,
        "slot": place.slot,
        "students": ids_as_text(record.student_id for record in records),
        "sections": ids_as_text(numbers),
        "in_section": f"{{{','.join(map(str, places))}}}",
    }


def _read(records: Sequence[Record], rows: Rows) -> Students:
    return {
        records[number - 1].student_id: StudentGround(
            known, enrolled, _mark(*said) if said[0] else None, listeners or ()
        )
        for number, known, enrolled, listeners, *said in rows
    }


def _mark(
    status: str, code: str, minutes_late: int | None, remarks: str, source: int, *others: Any
) -> Mark:
    return Mark(Status(status), code, minutes_late, remarks, Source(source), *others)
