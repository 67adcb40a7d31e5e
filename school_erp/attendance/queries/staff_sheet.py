"""Staff's marks of a range as the lines of a sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from school_erp.attendance.vocabulary import Source
from school_erp.extensions import db

HEADING = ("date", "external_id", "name", "status", "code", "in", "out", "hours", "remarks", "by")

_marks = text("""
    SELECT m.*, p.external_id,
           concat_ws(' ', coalesce(p.preferred_name, p.given_name), p.family_name) AS name
    FROM staff_attendance m JOIN person p ON p.school_id = m.school_id AND p.id = m.person_id
    WHERE m.school_id = :school AND m.date BETWEEN :first AND :last
    ORDER BY m.date, p.sort_name, p.id""")


def staff_lines(
    school_id: UUID, first: dt.date, last: dt.date, zone: ZoneInfo
) -> Iterator[tuple[object, ...]]:
    yield HEADING
    asked = {"school": school_id, "first": first, "last": last}
    for row in db.session.execute(_marks, asked):
        came, left = row.checked_in_at, row.checked_out_at
        hours = f"{(left - came).total_seconds() / 3600:.2f}" if came and left else ""
        yield (
            row.date.isoformat(),
            row.external_id,
            row.name,
            row.status,
            row.code,
            _clock(came, zone),
            _clock(left, zone),
            hours,
            row.remarks,
            Source(row.source).name,
        )


def _clock(at: dt.datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%H:%M") if at else ""
