"""Which session or lesson of a class is meant where nobody says."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import text

from school_erp.academics.queries.weeks import in_its_week
from school_erp.core.clock import local_now
from school_erp.core.errors import invalid
from school_erp.extensions import db

# the latest that has begun, or else the first of the day
_due = text(f"""
    SELECT begun.slot FROM (
        SELECT 1 AS slot, s.morning_at AS starts_at FROM attendance_settings s
        WHERE s.school_id = :school AND s.attendance_mode = 'DAILY'
        UNION ALL
        SELECT 2, s.afternoon_at FROM attendance_settings s
        WHERE s.school_id = :school AND s.attendance_mode = 'DAILY' AND s.daily_sessions = 2
        UNION ALL
        SELECT p.slot, p.starts_at FROM attendance_settings s
        JOIN timetable_entry t ON t.school_id = s.school_id
         AND t.section_id = CAST(:section AS uuid)
         AND t.weekday = extract(isodow FROM CAST(:day AS date))
         AND t.starts_on <= :day AND (t.ends_on IS NULL OR t.ends_on >= :day)
        JOIN section c ON c.school_id = t.school_id AND c.id = t.section_id
        JOIN academic_session y ON y.school_id = c.school_id AND y.id = c.academic_session_id
         AND {in_its_week("t", "CAST(:day AS date)", "y")}
        JOIN period p ON p.school_id = t.school_id AND p.slot = t.slot
        WHERE s.school_id = :school AND s.attendance_mode = 'PERIOD'
    ) AS begun
    ORDER BY begun.starts_at <= :at DESC,
             CASE WHEN begun.starts_at <= :at THEN begun.starts_at END DESC NULLS LAST,
             begun.starts_at
    LIMIT 1""")  # noqa: S608 - the part put in is our own constant

_zone = text("SELECT timezone FROM school WHERE id = :school")


def slot_due(school_id: UUID, section_id: UUID | None, day: dt.date) -> int:
    here = local_now(str(db.session.scalar(_zone, {"school": school_id})))
    at = here.time().replace(tzinfo=None) if here.date() == day else dt.time.max
    slot = db.session.scalar(
        _due, {"school": school_id, "section": section_id, "day": day, "at": at}
    )
    if slot is None:
        raise invalid("period", _("Say which period: this class has none on this day."))
    return int(slot)
