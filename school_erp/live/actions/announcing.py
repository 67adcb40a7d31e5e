"""Telling of a session: in its own room, and in that of the group it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from school_erp.live.arrivals import Admission, Session, Standing
from school_erp.live.events import CHECK_IN, IN_SESSION, SESSION, SESSION_STATUS, STATS_UPDATE
from school_erp.live.queries.counts import counts_of
from school_erp.live.queries.sessions import sessions_at
from school_erp.live.vocabulary import Decision, Flag
from school_erp.realtime.announcing import announce

Key = tuple[UUID, UUID]


def announce_check_ins(
    sessions: Sequence[Session],
    joined: Sequence[Admission],
    arrived: Sequence[Admission],
    stands: Mapping[Key, Standing],
    shared: frozenset[Key],
) -> None:
    told = [
        told_of(each, stands[each.session.id, each.attempt.student_id], shared)
        for each in (*joined, *arrived)
    ]
    if told:
        announce_lines(sessions, told)


def announce_lines(sessions: Sequence[Session], told: Sequence[dict[str, Any]]) -> None:
    touched = {line["session_id"] for line in told}
    for live_id, those in rooms_of([each for each in sessions if str(each.id) in touched]):
        lines = [
            line for line in told if live_id != those[0].id or line["session_id"] == str(live_id)
        ]
        announce(CHECK_IN, [SESSION.of(live_id)], {"live_id": str(live_id), "check_ins": lines})
        announce_stats(live_id, those)


def announce_stats(live_id: UUID, sessions: Sequence[Session]) -> None:
    counts = counts_of(sessions)
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


def rooms_of(sessions: Sequence[Session]) -> Iterator[tuple[UUID, Sequence[Session]]]:
    """Each session's own room, then that of a group with all sessions of the group."""
    for session in sessions:
        yield session.id, [session]
    for group_id in dict.fromkeys(each.group_id for each in sessions if each.group_id):
        yield group_id, sessions_at(sessions[0].school_id, group_id)


def told_of(each: Admission, stands: Standing, shared: frozenset[Key]) -> dict[str, Any]:
    flags = list(each.flags)
    if (each.session.id, each.attempt.student_id) in shared:
        flags.append(Flag.SHARED_DEVICE.value)
    return line_told(each.session, stands, flags)


def line_told(session: Session, stands: Standing, flags: Sequence[str]) -> dict[str, Any]:
    assert stands.joined_at is not None  # noqa: S101 - whoever is told of has joined
    attended_at = stands.attended_at
    return {
        "session_id": str(session.id),
        "section_id": str(session.section_id),
        "student_id": str(stands.student_id),
        "name": stands.name,
        "standing": _word_for(stands),
        "joined_at": stands.joined_at.isoformat(),
        "attended_at": attended_at.isoformat() if attended_at else None,
        "status": stands.status,
        "minutes_late": stands.minutes_late,
        "outcome": stands.outcome,
        "flags": list(flags),
        "decision": stands.decision.value if stands.decision else None,
    }


def _word_for(stands: Standing) -> str:
    if stands.decision is Decision.REJECTED:
        return "rejected"
    return "present" if stands.attended_at else "joined"


def _status(session: Session) -> dict[str, Any]:
    return {
        "session_id": str(session.id),
        "state": session.state.value,
        "locked": session.locked,
        "qr_visible": session.qr_visible,
        "ends_at": session.ends_at.isoformat(),
        "ended_at": session.ended_at.isoformat() if session.ended_at else None,
    }
