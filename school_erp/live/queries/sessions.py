from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, text

from school_erp.extensions import db
from school_erp.live.arrivals import Session
from school_erp.live.rules.places import Fence, Location
from school_erp.live.vocabulary import State

_SESSIONS = """
    SELECT l.*, s.name AS section_name FROM live_session l
    JOIN section s ON s.school_id = l.school_id AND s.id = l.section_id
    WHERE l.school_id = :school AND {which}
    ORDER BY l.id"""
_NAMED = "(l.id = :id OR l.group_id = :id)"
_WITH_SIBLINGS = """(l.id = :id OR l.group_id = :id OR l.group_id = (
        SELECT group_id FROM live_session WHERE school_id = :school AND id = :id))"""
_named = text(_SESSIONS.format(which=_NAMED))
_with_siblings = text(_SESSIONS.format(which=_WITH_SIBLINGS))
# whoever ends or pauses a session waits for those who are checking in, and they for them
_to_change = text(_SESSIONS.format(which=_NAMED) + " FOR UPDATE OF l")
_to_attend = text(_SESSIONS.format(which=_WITH_SIBLINGS) + " FOR SHARE OF l")

_mine = text("""
    SELECT l.*, s.name AS section_name FROM live_session l
    JOIN section s ON s.school_id = l.school_id AND s.id = l.section_id
    WHERE l.school_id = :school AND l.state <> 'ended' AND l.ends_at > :moment
      AND EXISTS (SELECT 1 FROM enrolment e
                  WHERE e.school_id = l.school_id AND e.section_id = l.section_id
                    AND e.person_id = :student AND e.role = 'student'
                    AND e.starts_on <= l.date AND (e.ends_on IS NULL OR e.ends_on >= l.date))
    ORDER BY l.started_at DESC, l.id""")

_on_list = text("""
    SELECT EXISTS (SELECT 1 FROM enrolment e
                   WHERE e.school_id = :school AND e.section_id = :section
                     AND e.person_id = :student AND e.role = 'student' AND e.starts_on <= :day
                     AND (e.ends_on IS NULL OR e.ends_on >= :day))""")

_begins = text("""
    SELECT CASE WHEN rules.attendance_mode = 'PERIOD'
                THEN (SELECT p.starts_at FROM period p
                      WHERE p.school_id = rules.school_id AND p.slot = :slot)
                WHEN :slot = 1 THEN rules.morning_at ELSE rules.afternoon_at END
    FROM attendance_settings rules WHERE rules.school_id = :school""")

_recent_ones = text("""
    SELECT l.*, s.name AS section_name FROM live_session l
    JOIN section s ON s.school_id = l.school_id AND s.id = l.section_id
    WHERE l.school_id = :school AND (l.state <> 'ended' OR l.ended_at > :since)
    ORDER BY l.id""")

_due = text("SELECT school_id, id FROM live_sessions_due()")
_untold = text("SELECT school_id, id FROM live_untold()")


def sessions_at(
    school_id: UUID, live_id: UUID, *, with_siblings: bool = False
) -> Sequence[Session]:
    """The session of this id, or those of the group; `with_siblings` also those of its group."""
    query = _with_siblings if with_siblings else _named
    return _read(db.session.execute(query, {"school": school_id, "id": live_id}).mappings())


def sessions_to_change(school_id: UUID, live_id: UUID) -> Sequence[Session]:
    return _read(db.session.execute(_to_change, {"school": school_id, "id": live_id}).mappings())


def sessions_to_attend(school_id: UUID, live_id: UUID) -> Sequence[Session]:
    """With those of its group, held as they are until the transaction ends."""
    return _read(db.session.execute(_to_attend, {"school": school_id, "id": live_id}).mappings())


def open_to(school_id: UUID, student_id: UUID, moment: dt.datetime) -> Sequence[Session]:
    """The sessions that a student could attend now."""
    asked = {"school": school_id, "student": student_id, "moment": moment}
    return _read(db.session.execute(_mine, asked).mappings())


def open_since(school_id: UUID, since: dt.datetime) -> Sequence[Session]:
    """Those that were open at that moment or later."""
    return _read(db.session.execute(_recent_ones, {"school": school_id, "since": since}).mappings())


def is_on_list(session: Session, student_id: UUID) -> bool:
    asked = {
        "school": session.school_id,
        "section": session.section_id,
        "day": session.date,
        "student": student_id,
    }
    return bool(db.session.scalar(_on_list, asked))


def slot_begins(school_id: UUID, day: dt.date, slot: int, timezone: str) -> dt.datetime:
    """When this session or lesson begins on that day, by the school's own clock."""
    starts_at: dt.time = db.session.scalar(_begins, {"school": school_id, "slot": slot})
    return dt.datetime.combine(day, starts_at, ZoneInfo(timezone))


def sessions_due() -> Sequence[tuple[UUID, UUID]]:
    """Of all schools, those whose time is up, by their ids alone."""
    return [(row.school_id, row.id) for row in db.session.execute(_due)]


def untold() -> Sequence[tuple[UUID, UUID]]:
    """Of all schools, the sessions and groups of which something is left to be told."""
    return [(row.school_id, row.id) for row in db.session.execute(_untold)]


def _read(rows: Any) -> Sequence[Session]:
    return [session_of(row) for row in rows]


def session_of(row: RowMapping) -> Session:
    return Session(
        **{name: row[name] for name in _PLAIN},
        state=State(row["state"]),
        fence=_fence(row),
    )


_PLAIN = tuple(name for name in Session.__slots__ if name not in {"state", "fence"})


def _fence(row: RowMapping) -> Fence | None:
    if row["fence_metres"] is None:
        return None
    centre = Location(row["latitude"], row["longitude"])
    return Fence(centre, row["fence_metres"], row["fence_strict"])
