"""Marks with what they count as: one by one for a student, added up for classes and schools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, TextClause, text

from school_erp.attendance.rules.figures import MISSED, Counted, Tally
from school_erp.attendance.rules.terms import Stretch
from school_erp.attendance.vocabulary import StatisticalClass, Status
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db

# a code means what it meant on the day of the mark
_of_students = text("""
    SELECT m.student_id, m.date, m.slot, m.section_id, m.code, m.minutes_late, m.remarks,
           c.status, c.label, c.statistical_class, s.name AS section, p.name AS slot_name,
           p.starts_at, p.ends_at
    FROM student_attendance m
    JOIN attendance_code c ON c.school_id = m.school_id AND c.code = m.code
     AND c.starts_on <= m.date AND (c.ends_on IS NULL OR c.ends_on >= m.date)
    JOIN section s ON s.school_id = m.school_id AND s.id = m.section_id
    LEFT JOIN period p ON p.school_id = m.school_id AND p.slot = m.slot AND :by_period
    WHERE m.school_id = :school AND m.student_id = ANY(:students)
      AND m.date BETWEEN :first AND :last
      AND (CAST(:counting_as AS text[]) IS NULL OR c.statistical_class = ANY(:counting_as))
    ORDER BY m.date, m.slot""")

_MISSED = f"c.statistical_class IN ({', '.join(sorted(repr(each.value) for each in MISSED))})"

_COUNTS = ",\n           ".join(
    f"coalesce(sum(of_code.marks) FILTER (WHERE {condition}), 0) AS {name}"
    for name, condition in (
        *((each.value, f"c.statistical_class = '{each}'") for each in StatisticalClass),
        ("late", "c.status = 'LATE'"),
        ("late_and_missed", f"c.status = 'LATE' AND {_MISSED}"),
    )
)


def _added_up(by: str, of: str) -> TextClause:
    """Counted by code before it is asked what a code means, and anew where any meaning changed."""
    return text(
        f"""
    SELECT of_code.id, {_COUNTS},
           coalesce(sum(of_code.minutes) FILTER (WHERE c.status = 'LATE'), 0) AS minutes_late
    FROM (
        SELECT m.{by} AS id, m.code, count(*) AS marks, min(m.date) AS day,
               sum(m.minutes_late) AS minutes
        FROM student_attendance m
        WHERE m.school_id = :school AND m.{of} = ANY(:ids) AND m.date BETWEEN :first AND :last
        GROUP BY m.{by}, m.code, width_bucket(m.date, ARRAY(
            SELECT starts_on FROM attendance_code WHERE school_id = :school
            UNION SELECT ends_on + 1 FROM attendance_code
            WHERE school_id = :school AND ends_on IS NOT NULL
            ORDER BY 1))
    ) AS of_code
    JOIN attendance_code c ON c.school_id = :school AND c.code = of_code.code
     AND c.starts_on <= of_code.day AND (c.ends_on IS NULL OR c.ends_on >= of_code.day)
    GROUP BY of_code.id"""  # noqa: S608 - the parts put in are our own constants
    )


_by_section = _added_up("section_id", "section_id")
_by_student = _added_up("student_id", "section_id")
_by_person = _added_up("student_id", "student_id")


@dataclass(frozen=True, slots=True)
class MarkBehind:
    """A mark that figures count, as people know it."""

    counted: Counted
    code: str
    label: str
    remarks: str
    section_id: UUID
    section: str
    slot_name: str


def marks_of(student_id: UUID, within: Stretch, *, by_period: bool) -> Sequence[MarkBehind]:
    """In the order in which they happened."""
    return marks_of_people([student_id], within, by_period=by_period).get(student_id, [])


def marks_of_people(
    student_ids: Iterable[UUID],
    within: Stretch,
    *,
    by_period: bool,
    counting_as: Collection[StatisticalClass] | None = None,
) -> dict[UUID, list[MarkBehind]]:
    """Of each who has any, in the order in which they happened; all, or those of some classes."""
    classes = None if counting_as is None else sorted(str(each) for each in counting_as)
    asked = _asked(within, students=sorted(student_ids), by_period=by_period, counting_as=classes)
    found: defaultdict[UUID, list[MarkBehind]] = defaultdict(list)
    for row in db.session.execute(_of_students, asked).mappings():
        found[row["student_id"]].append(_mark(row))
    return found


def tallies_of_sections(section_ids: Iterable[UUID], within: Stretch) -> dict[UUID, Tally]:
    """Of the marks given in each class."""
    return _tallies(_by_section, _asked(within, ids=sorted(section_ids)))


def tallies_of_students(section_ids: Iterable[UUID], within: Stretch) -> dict[UUID, Tally]:
    """Of each student's marks in these classes."""
    return _tallies(_by_student, _asked(within, ids=sorted(section_ids)))


def tallies_of_people(person_ids: Iterable[UUID], within: Stretch) -> dict[UUID, Tally]:
    """Of each one's marks in any class."""
    return _tallies(_by_person, _asked(within, ids=sorted(person_ids)))


def _asked(within: Stretch, **more: Any) -> dict[str, Any]:
    days = {"first": within.first, "last": within.last}
    return {"school": current_school_id(), **days, **more}


def _tallies(query: TextClause, asked: dict[str, Any]) -> dict[UUID, Tally]:
    counts = [field.name for field in fields(Tally)]
    return {
        row["id"]: Tally(**{name: int(row[name]) for name in counts})
        for row in db.session.execute(query, asked).mappings()
    }


def _mark(row: RowMapping) -> MarkBehind:
    return MarkBehind(
        counted=Counted(
            date=row["date"],
            slot=row["slot"],
            status=Status(row["status"]),
            counts_as=StatisticalClass(row["statistical_class"]),
            minutes_late=row["minutes_late"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
        ),
        code=row["code"],
        label=row["label"],
        remarks=row["remarks"],
        section_id=row["section_id"],
        section=row["section"],
        slot_name=row["slot_name"] or "",
    )
