"""Telling of sessions: in their own rooms, and in that of the group they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from school_erp.core.once_for import OnceFor
from school_erp.live.arrivals import Session
from school_erp.live.events import CHECK_IN, IN_SESSION, SESSION, SESSION_STATUS, STATS_UPDATE
from school_erp.live.queries.counts import Counts, Recent
from school_erp.realtime.announcing import announce

MOST_BYTES = 60_000
# a check-in without the name, and what a character takes in JSON
_LINE_BYTES, _CHARACTER_BYTES = 400, 6


def announce_check_ins(lines: Sequence[Recent], rooms: Iterator[tuple[UUID, bool]]) -> None:
    """In each room what is its own; that of a group hears of all its sessions."""
    told = OnceFor(_told)
    for live_id, is_group in rooms:
        own = [line for line in lines if is_group or line.session_id == live_id]
        for part in _in_parts(own):
            said = {"live_id": str(live_id), "check_ins": [told(line) for line in part]}
            announce(CHECK_IN, [SESSION.of(live_id)], said)


def _in_parts(lines: Sequence[Recent]) -> Iterator[list[Recent]]:
    """Each fits into one message: one part, but for the longest of names."""
    part: list[Recent] = []
    room = MOST_BYTES
    for line in lines:
        size = _LINE_BYTES + _CHARACTER_BYTES * len(line.name)
        if size > room:
            yield part
            part, room = [], MOST_BYTES
        part.append(line)
        room -= size
    if part:
        yield part


def announce_stats(live_id: UUID, counts: Counts) -> None:
    said = {
        "live_id": str(live_id),
        "total_students": counts.total_students,
        "students_joined": counts.students_joined,
        "students_present": counts.students_present,
        "present_percentage": counts.present_percentage,
    }
    announce(STATS_UPDATE, [SESSION.of(live_id)], said)


def announce_status(sessions: Sequence[Session]) -> None:
    for session in sessions:
        for live_id in dict.fromkeys((session.id, session.code_id)):
            rooms = [SESSION.of(live_id), IN_SESSION.of(live_id)]
            announce(SESSION_STATUS, rooms, {"live_id": str(live_id), **_status(session)})


def _told(line: Recent) -> dict[str, Any]:
    attended_at = line.attended_at
    return {
        "session_id": str(line.session_id),
        "section_id": str(line.section_id),
        "student_id": str(line.student_id),
        "name": line.name,
        "standing": line.standing,
        "joined_at": line.joined_at.isoformat(),
        "attended_at": attended_at.isoformat() if attended_at else None,
        "status": line.status,
        "minutes_late": line.minutes_late,
        "outcome": line.outcome,
        "flags": list(line.flags),
        "decision": line.decision,
    }


def _status(session: Session) -> dict[str, Any]:
    return {
        "session_id": str(session.id),
        "state": session.state.value,
        "locked": session.locked,
        "qr_visible": session.qr_visible,
        "ends_at": session.ends_at.isoformat(),
        "ended_at": session.ended_at.isoformat() if session.ended_at else None,
    }
