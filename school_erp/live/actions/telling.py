"""One beat of what watchers are told: what happened since the last, and how many are there now.

Rows say themselves whether they were told, so that a process that dies takes nothing with it, and
the last beat is kept for all processes, so that several do not tell more often than one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from school_erp.core.clock import now
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.live.actions.announcing import announce_check_ins, announce_stats
from school_erp.live.arrivals import Session
from school_erp.live.queries.counts import Recent, counts_by_room, read_recent, told_from
from school_erp.live.queries.sessions import sessions_at

CHECK_INS_APART = dt.timedelta(milliseconds=100)
STATS_APART = dt.timedelta(milliseconds=250)
MOST_IN_A_BEAT = 150
# another process is telling right now
BUSY = dt.timedelta(milliseconds=30)

_open = text("""
    INSERT INTO live_pulse (school_id, live_id) VALUES (:school, :live) ON CONFLICT DO NOTHING""")

_hold = text("""
    SELECT check_ins_told_at, stats_told_at, stats_due FROM live_pulse
    WHERE school_id = :school AND live_id = :live FOR UPDATE SKIP LOCKED""")

_note = text("""
    UPDATE live_pulse SET check_ins_told_at = :check_ins_at, stats_told_at = :stats_at,
                          stats_due = :due
    WHERE school_id = :school AND live_id = :live""")

_untold = text(
    told_from("""
    UPDATE check_in SET told = true
    WHERE (school_id, session_id, student_id) IN (
        SELECT school_id, session_id, student_id FROM check_in
        WHERE school_id = :school AND session_id = ANY(:sessions) AND NOT told
        LIMIT :most FOR UPDATE SKIP LOCKED)
    RETURNING *""")
)

_left = text("""
    SELECT EXISTS (SELECT 1 FROM check_in
                   WHERE school_id = :school AND session_id = ANY(:sessions) AND NOT told)""")


def beat(live_id: UUID) -> dt.timedelta | None:
    """Tell what is due; says how soon to come again, if anything may be left to tell."""
    asked = {"school": current_school_id(), "live": live_id}
    pulse = db.session.execute(_hold, asked).one_or_none()
    if pulse is None:
        db.session.execute(_open, asked)
        return BUSY
    moment = now()
    sessions = sessions_at(current_school_id(), live_id)
    # not much earlier, check-ins told of themselves as they were stored
    rests: dt.timedelta = pulse.check_ins_told_at + CHECK_INS_APART - moment
    lines = _take_untold(sessions) if rests <= dt.timedelta(0) else []
    announce_check_ins(lines, rooms_of(sessions))
    waits = _tell_stats(asked, pulse, sessions, lines, moment)
    if len(lines) == MOST_IN_A_BEAT:
        waits.append(CHECK_INS_APART)
    if rests > dt.timedelta(0) and db.session.scalar(_left, _rows_of(sessions)):
        waits.append(rests)
    return min(waits, default=None)


def _take_untold(sessions: Sequence[Session]) -> Sequence[Recent]:
    if not sessions:
        return []
    asked = _rows_of(sessions) | {"most": MOST_IN_A_BEAT}
    return read_recent(db.session.execute(_untold, asked))


def _rows_of(sessions: Sequence[Session]) -> dict[str, Any]:
    return {
        "school": current_school_id(),
        "sessions": [session.id for session in sessions],
    }


def _tell_stats(
    asked: dict[str, Any],
    pulse: Row[Any],
    sessions: Sequence[Session],
    lines: Sequence[Recent],
    moment: dt.datetime,
) -> list[dt.timedelta]:
    """Says for how long they have to wait, if they have to."""
    if not (pulse.stats_due or lines):
        return []
    rests: dt.timedelta = pulse.stats_told_at + STATS_APART - moment
    may = rests <= dt.timedelta(0)
    if may:
        for live_id, counts in counts_by_room(asked["live"], sessions):
            announce_stats(live_id, counts)
    told_at = {
        "check_ins_at": moment if lines else pulse.check_ins_told_at,
        "stats_at": moment if may else pulse.stats_told_at,
        "due": not may,
    }
    db.session.execute(_note, asked | told_at)
    return [] if may else [rests]


def rooms_of(sessions: Sequence[Session]) -> Iterator[tuple[UUID, bool]]:
    """Each with whether it is that of a group."""
    for session in sessions:
        yield session.id, False
    if sessions and sessions[0].group_id is not None:
        yield sessions[0].group_id, True
