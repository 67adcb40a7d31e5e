"""What was said of a few students on one day, for those who follow them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from school_erp.attendance.vocabulary import Status
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db

_said = text("""
    SELECT m.student_id, m.code, c.label, c.status, m.minutes_late
    FROM student_attendance m
    JOIN attendance_code c ON c.school_id = m.school_id AND c.code = m.code
     AND c.starts_on <= m.date AND (c.ends_on IS NULL OR c.ends_on >= m.date)
    WHERE m.school_id = :school AND m.student_id = ANY(:students) AND m.date = :day
    ORDER BY m.student_id, m.slot""")


@dataclass(frozen=True, slots=True)
class MarkOfDay:
    code: str
    label: str
    status: Status
    minutes_late: int | None


def marks_on(day: dt.date, student_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[MarkOfDay]]:
    """In the order of the day."""
    asked = {"school": current_school_id(), "students": sorted(student_ids), "day": day}
    found: defaultdict[UUID, list[MarkOfDay]] = defaultdict(list)
    for student_id, code, label, status, minutes in db.session.execute(_said, asked):
        found[student_id].append(MarkOfDay(code, label, Status(status), minutes))
    return found
