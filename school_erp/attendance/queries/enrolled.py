"""Who is in a class, as a process remembers it: enough to see that nobody stands out of place.

Between a change and its announcement lie milliseconds, so this decides what may be accepted and
never what is stored: marks are judged by what the database says in their own transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from school_erp.attendance.marking import Record
from school_erp.attendance.queries.ground import Place
from school_erp.core.direct import Statement
from school_erp.core.remembered import remembered
from school_erp.extensions import db

_spans = Statement("""
    SELECT person_id, starts_on, ends_on FROM enrolment
    WHERE school_id = :school AND section_id = :section AND role = 'student'""")


@dataclass(frozen=True, slots=True)
class Enrolled:
    spans: Sequence[tuple[UUID, dt.date, dt.date | None]]
    _by_day: dict[dt.date, frozenset[UUID]] = field(default_factory=dict)

    def on(self, day: dt.date) -> frozenset[UUID]:
        if day not in self._by_day:
            self._by_day[day] = frozenset(
                person_id
                for person_id, first, last in self.spans
                if first <= day and (last is None or day <= last)
            )
        return self._by_day[day]


def are_of_one_class(place: Place, records: Sequence[Record]) -> bool:
    """Each once, and enrolled in the class that they are marked in; of several none is sure."""
    sections = {record.section_id for record in records}
    if len(sections) != 1:
        return False
    known = _enrolled_in(place.school_id, sections.pop())
    students = {record.student_id for record in records}
    if known is None or len(students) < len(records):
        return False
    return known.on(place.day).issuperset(students)


def _enrolled_in(school_id: UUID, section_id: UUID) -> Enrolled | None:
    key = ("roster", school_id, section_id)
    return remembered().recall(key, lambda: _look_up(school_id, section_id))


def _look_up(school_id: UUID, section_id: UUID) -> Enrolled | None:
    """Nothing of a class without anybody, which may be none."""
    spans = _spans.rows(db.session, {"school": school_id, "section": section_id})
    return Enrolled(spans) if spans else None
