"""A session, or a group of them, as its screen shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from school_erp.live.actions.starting import LONGEST
from school_erp.live.arrivals import Session
from school_erp.live.queries.lists import Line, lines_of
from school_erp.live.rules.timeline import Bar, timeline
from school_erp.live.showing import code_shown, live_shown, stats_shown
from school_erp.live.vocabulary import State


@dataclass(frozen=True, slots=True)
class ClassInHall:
    session: Session
    total: int
    joined: int
    present: int


@dataclass(frozen=True, slots=True)
class Hall:
    id: UUID
    room: str
    state: State
    sessions: Sequence[Session]
    code: dict[str, Any]
    stats: dict[str, Any]
    lines: Sequence[Line]
    bars: Sequence[Bar]

    @property
    def first(self) -> Session:
        return self.sessions[0]

    @property
    def is_group(self) -> bool:
        return len(self.sessions) > 1

    @property
    def is_over(self) -> bool:
        return self.state is State.ENDED

    @property
    def ends_by_itself(self) -> bool:
        return self.first.ends_at - self.first.started_at < LONGEST

    @property
    def locked(self) -> bool:
        return any(session.locked for session in self.sessions)

    @property
    def qr_visible(self) -> bool:
        return any(session.qr_visible for session in self.sessions)

    @property
    def flagged(self) -> Sequence[Line]:
        """What nobody has looked at yet stands first."""
        found = (line for line in self.lines if line.flags and line.attended_at)
        return sorted(found, key=lambda line: line.decision is not None)

    @property
    def undecided(self) -> int:
        return sum(line.decision is None for line in self.flagged)

    @property
    def names(self) -> dict[UUID, str]:
        return {line.student_id: line.name for line in self.lines}

    @property
    def classes(self) -> Sequence[ClassInHall]:
        standings = Counter((line.session_id, line.standing) for line in self.lines)
        return [_class(session, standings) for session in self.sessions]


def hall_of(live_id: UUID, sessions: Sequence[Session]) -> Hall:
    shown = live_shown(live_id, sessions)
    lines = lines_of(sessions)
    came = [line.attended_at for line in lines if line.attended_at]
    return Hall(
        id=live_id,
        room=shown["room"],
        state=shown["state"],
        sessions=sessions,
        code=code_shown(sessions),
        stats=stats_shown(live_id, sessions),
        lines=lines,
        bars=timeline(came, sessions[0].started_at),
    )


def grouped(sessions: Sequence[Session]) -> dict[UUID, list[Session]]:
    """Those that share a room stand together."""
    found: dict[UUID, list[Session]] = {}
    for session in sessions:
        found.setdefault(session.code_id, []).append(session)
    return found


def _class(session: Session, standings: Counter[tuple[UUID, str]]) -> ClassInHall:
    counts = {name: standings[session.id, name] for name in ("joined", "present", "rejected")}
    return ClassInHall(
        session,
        total=sum(counts.values()) + standings[session.id, "missing"],
        joined=sum(counts.values()),
        present=counts["present"],
    )
