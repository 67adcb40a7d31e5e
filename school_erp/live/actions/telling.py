"""One beat of what watchers are told: what happened since the last, and how many are there now.

Rows say themselves whether they were told, so that a process that dies takes nothing with it, and
the last beat is kept for all processes, so that several do not tell more often than one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from school_erp.core.clock import now
from school_erp.core.direct import Statement
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.live.actions.announcing import announce_check_ins, announce_stats
from school_erp.live.arrivals import Session
from school_erp.live.queries.counts import Recent, counts_by_room, read_recent, told_from
from school_erp.live.queries.sessions import sessions_at

# ten in any second and no more: eight evenly, and two may be ahead of their time, so that batches
# which come a little early are told as they are stored, and not by a beat after them
CHECK_INS_APART = dt.timedelta(milliseconds=125)
CHECK_INS_AHEAD = CHECK_INS_APART
STATS_APART = dt.timedelta(milliseconds=250)
MOST_IN_A_BEAT = 150
# another process is telling right now
BUSY = dt.timedelta(milliseconds=30)

_open = Statement("""
    INSERT INTO live_pulse (school_id, live_id) VALUES (:school, :live) ON CONFLICT DO NOTHING""")

_hold = Statement("""
    SELECT check_ins_told_at, stats_told_at, stats_due FROM live_pulse
    WHERE school_id = :school AND live_id = :live FOR UPDATE SKIP LOCKED""")

_note = Statement("""
    UPDATE live_pulse SET check_ins_told_at = :check_ins_at, stats_told_at = :stats_at,
                          stats_due = :due
    WHERE school_id = :school AND live_id = :live""")

_untold = Statement(
    told_from("""
    UPDATE check_in SET told = true
    WHERE (school_id, session_id, student_id) IN (
        SELECT school_id, session_id, student_id FROM check_in
        WHERE school_id = :school AND session_id = ANY(:sessions) AND NOT told
        LIMIT :most FOR UPDATE SKIP LOCKED)
    RETURNING *""")
)

_left = Statement("""
    SELECT EXISTS (SELECT 1 FROM check_in
                   WHERE school_id = :school AND session_id = ANY(:sessions) AND NOT told)""")


class _Pulse(NamedTuple):
    # later than they were, if the last was told ahead of its time
    check_ins_told_at: dt.datetime
    stats_told_at: dt.datetime
    stats_due: bool


def open_pulse(session: Session) -> None:
    """So that the first check-in is told as it is stored."""
    _open.rows(db.session, {"school": session.school_id, "live": session.code_id})


def beat(live_id: UUID) -> dt.timedelta | None:
    """Tell what is due; says how soon to come again, if anything may be left to tell."""
    asked = {"school": current_school_id(), "live": live_id}
    held = _hold.rows(db.session, asked)
    if not held:
        _open.rows(db.session, asked)
        return BUSY
    pulse = _Pulse(*held[0])
    moment = now()
    sessions = sessions_at(current_school_id(), live_id)
    # not much earlier, check-ins told of themselves as they were stored
    rests = pulse.check_ins_told_at - CHECK_INS_AHEAD - moment
    lines = _take_untold(sessions) if rests <= dt.timedelta(0) else []
    announce_check_ins(lines, rooms_of(sessions))
    waits = _tell_stats(asked, pulse, sessions, lines, moment)
    if len(lines) == MOST_IN_A_BEAT:
        waits.append(CHECK_INS_APART)
    if rests > dt.timedelta(0) and _left.rows(db.session, _rows_of(sessions)) == [(True,)]:
        waits.append(rests)
    return min(waits, default=None)


def _take_untold(sessions: Sequence[Session]) -> Sequence[Recent]:
    if not sessions:
        return []
    asked = _rows_of(sessions) | {"most": MOST_IN_A_BEAT}
    return read_recent(_untold.rows(db.session, asked))


def _rows_of(sessions: Sequence[Session]) -> dict[str, Any]:
    return {
        "school": current_school_id(),
        "sessions": [session.id for session in sessions],
    }


def _tell_stats(
    asked: dict[str, Any],
    pulse: _Pulse,
    sessions: Sequence[Session],
    lines: Sequence[Recent],
    moment: dt.datetime,
) -> list[dt.timedelta]:
    """Says for how long they have to wait, if they have to."""
    if not (pulse.stats_due or lines):
        return []
    rests = pulse.stats_told_at + STATS_APART - moment
    may = rests <= dt.timedelta(0)
    if may:
        for live_id, counts in counts_by_room(asked["live"], sessions):
            announce_stats(live_id, counts)
    told_at = {
        "check_ins_at": _told_again(pulse, moment) if lines else pulse.check_ins_told_at,
        "stats_at": moment if may else pulse.stats_told_at,
        "due": not may,
    }
    _note.rows(db.session, asked | told_at)
    return [] if may else [rests]


def _told_again(pulse: _Pulse, moment: dt.datetime) -> dt.datetime:
    return max(moment, pulse.check_ins_told_at + CHECK_INS_APART)


def rooms_of(sessions: Sequence[Session]) -> Iterator[tuple[UUID, bool]]:
    """Each with whether it is that of a group."""
    for session in sessions:
        yield session.id, False
    if sessions and sessions[0].group_id is not None:
        yield sessions[0].group_id, True
