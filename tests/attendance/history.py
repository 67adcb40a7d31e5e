"""Marks of days gone by, put where they are kept."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from tests.world import World

STATUSES = {"P": "PRESENT", "A": "ABSENT", "L": "LATE", "E": "EXCUSED"}


def remember(
    owner: Any, world: World, student: UUID, codes: str, section: UUID | None = None, slot: int = 1
) -> None:
    """One of the simple codes a day, the last of them today; a blank is a day without a mark."""
    first = world.today - dt.timedelta(days=len(codes) - 1)
    rows = [
        {
            "school_id": world.school_id,
            "student_id": student,
            "date": first + dt.timedelta(days=number),
            "slot": slot,
            "section_id": section or world.homeroom_7a,
            "status": STATUSES[code],
            "code": code,
            "minutes_late": 7 if code == "L" else None,
        }
        for number, code in enumerate(codes)
        if code != " "
    ]
    with owner.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO student_attendance (school_id, student_id, date, slot, section_id,
                 status, code, minutes_late, source, marked_at)
               VALUES (%(school_id)s, %(student_id)s, %(date)s, %(slot)s, %(section_id)s,
                 %(status)s, %(code)s, %(minutes_late)s, 4, now())""",
            rows,
        )
