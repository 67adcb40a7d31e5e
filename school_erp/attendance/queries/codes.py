from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, text

from school_erp.attendance.models import AttendanceCode
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db

# marks of students and of staff; the code's own days only, for its text may be used anew later
_last_use = text("""
    SELECT max(used.date) FROM (
        SELECT max(date) AS date FROM student_attendance
        WHERE school_id = :school AND code = :code AND date >= :starts_on
          AND (CAST(:ends_on AS date) IS NULL OR date <= :ends_on)
        UNION ALL
        SELECT max(date) FROM staff_attendance
        WHERE school_id = :school AND code = :code AND date >= :starts_on
          AND (CAST(:ends_on AS date) IS NULL OR date <= :ends_on)) AS used""")

_expected = text("""
    SELECT EXISTS (
        SELECT FROM announced_absence
        WHERE school_id = :school AND code = :code AND date >= :starts_on
          AND (CAST(:ends_on AS date) IS NULL OR date <= :ends_on))""")

# what is given to whoever is missing at the end, and goes on under no other entry
_given_at_the_end = text("""
    SELECT EXISTS (
        SELECT FROM attendance_settings WHERE school_id = :school AND session_end_code = :code)
    AND NOT EXISTS (
        SELECT FROM attendance_code
        WHERE school_id = :school AND code = :code AND id <> :id AND ends_on IS NULL)""")

_one_at_a_time = text(
    "SELECT 1 FROM attendance_settings WHERE school_id = :school FOR NO KEY UPDATE"
)


def codes_from(day: dt.date | None) -> Sequence[AttendanceCode]:
    """Those that hold on that day or begin later; all there ever were where no day is named."""
    query = select(AttendanceCode).where(AttendanceCode.school_id == current_school_id())
    if day is not None:
        query = query.where(or_(AttendanceCode.ends_on.is_(None), AttendanceCode.ends_on >= day))
    order = (AttendanceCode.position, AttendanceCode.code, AttendanceCode.starts_on)
    return db.session.scalars(query.order_by(*order)).all()


def last_use_of(code: AttendanceCode) -> dt.date | None:
    found: dt.date | None = db.session.scalar(_last_use, _days_of(code))
    return found


def is_expected(code: AttendanceCode) -> bool:
    """Whether an absence told ahead suggests it to a register."""
    return bool(db.session.scalar(_expected, _days_of(code)))


def is_given_at_the_end(code: AttendanceCode) -> bool:
    """Whether the settings give it when a session ends, and only this entry holds for good."""
    asked = {"school": code.school_id, "code": code.code, "id": code.id}
    return bool(db.session.scalar(_given_at_the_end, asked))


def _days_of(code: AttendanceCode) -> dict[str, Any]:
    return {
        "school": code.school_id,
        "code": code.code,
        "starts_on": code.starts_on,
        "ends_on": code.ends_on,
    }


def overlapping(
    text_of_code: str, starts_on: dt.date, ends_on: dt.date | None, but: UUID | None = None
) -> AttendanceCode | None:
    """Another code with the same text on some of these days."""
    query = select(AttendanceCode).where(
        AttendanceCode.school_id == current_school_id(),
        AttendanceCode.code == text_of_code,
        or_(AttendanceCode.ends_on.is_(None), AttendanceCode.ends_on >= starts_on),
    )
    if ends_on is not None:
        query = query.where(AttendanceCode.starts_on <= ends_on)
    if but is not None:
        query = query.where(AttendanceCode.id != but)
    return db.session.scalar(query.limit(1))


def one_editor_at_a_time() -> bool:
    """Held until the transaction ends; False where the school has not chosen its codes yet."""
    asked = {"school": current_school_id()}
    return db.session.execute(_one_at_a_time, asked).one_or_none() is not None
