from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, text

from school_erp.core.direct import Rows, Statement
from school_erp.extensions import db
from school_erp.live.arrivals import Session
from school_erp.live.rules.places import Fence, Location
from school_erp.live.vocabulary import State

_PLAIN = tuple(name for name in Session.__slots__ if name not in {"state", "fence"})
_COLUMNS = ", ".join("s.name" if name == "section_name" else f"l.{name}" for name in _PLAIN)
_SESSIONS = f"""
    SELECT {_COLUMNS}, l.state, l.fence_metres, l.fence_strict, l.latitude, l.longitude
    FROM live_session l
    JOIN section s ON s.school_id = l.school_id AND s.id = l.section_id
    WHERE l.school_id = :school AND {{which}}
    ORDER BY """  # noqa: S608 - names of ours
_NAMED = "(l.id = :id OR l.group_id = :id)"
_WITH_SIBLINGS = """(l.id = :id OR l.group_id = :id OR l.group_id = (
        SELECT group_id FROM live_session WHERE school_id = :school AND id = :id))"""
_named = Statement(_SESSIONS.format(which=_NAMED) + "l.id")
_with_siblings = Statement(_SESSIONS.format(which=_WITH_SIBLINGS) + "l.id")
# whoever ends or pauses a session waits for those who are checking in, and they for them
_to_change = Statement(_SESSIONS.format(which=_NAMED) + "l.id FOR UPDATE OF l")
_to_attend = Statement(_SESSIONS.format(which=_WITH_SIBLINGS) + "l.id FOR SHARE OF l")

_OPEN_TO = """l.state <> 'ended' AND l.ends_at > :moment
      AND EXISTS (SELECT 1 FROM enrolment e
                  WHERE e.school_id = l.school_id AND e.section_id = l.section_id
                    AND e.person_id = :student AND e.role = 'student'
                    AND e.starts_on <= l.date AND (e.ends_on IS NULL OR e.ends_on >= l.date))"""
_mine = Statement(_SESSIONS.format(which=_OPEN_TO) + "l.started_at DESC, l.id")

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

_OPEN_SINCE = "(l.state <> 'ended' OR l.ended_at > :since)"
_recent_ones = Statement(_SESSIONS.format(which=_OPEN_SINCE) + "l.id")

_due = text("SELECT school_id, id FROM live_sessions_due()")
_untold = text("SELECT school_id, id FROM live_untold()")


def sessions_at(
    school_id: UUID, live_id: UUID, *, with_siblings: bool = False
) -> Sequence[Session]:
    """The session of this id, or those of the group; `with_siblings` also those of its group."""
    query = _with_siblings if with_siblings else _named
    return _read(query.rows(db.session, {"school": school_id, "id": live_id}))


def sessions_to_change(school_id: UUID, live_id: UUID) -> Sequence[Session]:
    return _read(_to_change.rows(db.session, {"school": school_id, "id": live_id}))


def sessions_to_attend(school_id: UUID, live_id: UUID) -> Sequence[Session]:
    """With those of its group, held as they are until the transaction ends."""
    return _read(_to_attend.rows(db.session, {"school": school_id, "id": live_id}))


def open_to(school_id: UUID, student_id: UUID, moment: dt.datetime) -> Sequence[Session]:
    """The sessions that a student could attend now."""
    asked = {"school": school_id, "student": student_id, "moment": moment}
    return _read(_mine.rows(db.session, asked))


def open_since(school_id: UUID, since: dt.datetime) -> Sequence[Session]:
    """Those that were open at that moment or later."""
    return _read(_recent_ones.rows(db.session, {"school": school_id, "since": since}))


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


def session_of(row: RowMapping) -> Session:
    plain = [row[name] for name in _PLAIN]
    fence = [row[name] for name in ("fence_metres", "fence_strict", "latitude", "longitude")]
    return _session(plain, row["state"], *fence)


def _read(rows: Rows) -> Sequence[Session]:
    many = len(_PLAIN)
    return [_session(row[:many], *row[many:]) for row in rows]


def _session(
    plain: Sequence[Any],
    state: str,
    metres: int | None,
    strict: bool,
    latitude: float,
    longitude: float,
) -> Session:
    fence = None if metres is None else Fence(Location(latitude, longitude), metres, strict)
    return Session(**dict(zip(_PLAIN, plain, strict=True)), state=State(state), fence=fence)
