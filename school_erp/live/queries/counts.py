"""How many are there, counted from the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from school_erp.attendance.queries.ground import by_key
from school_erp.core.direct import Rows, Statement
from school_erp.extensions import db
from school_erp.live.arrivals import Session
from school_erp.live.tallies import Board, Members, tallies
from school_erp.people.queries.names import name_in_sql

MOST_RECENT = 10

# a student of two classes of a group is one student
_counts = text("""
    SELECT (SELECT count(DISTINCT e.person_id) FROM live_session l
            JOIN enrolment e ON e.school_id = l.school_id AND e.section_id = l.section_id
             AND e.role = 'student' AND e.starts_on <= l.date
             AND (e.ends_on IS NULL OR e.ends_on >= l.date)
            WHERE l.school_id = :school AND l.id = ANY(:sessions)) AS total,
           count(DISTINCT c.student_id) AS joined,
           count(DISTINCT c.student_id) FILTER (
               WHERE c.attended_at IS NOT NULL AND c.decision IS DISTINCT FROM 'rejected')
           AS present
    FROM check_in c WHERE c.school_id = :school AND c.session_id = ANY(:sessions)""")

_total = text("""
    SELECT count(DISTINCT e.person_id) FROM live_session l
    JOIN enrolment e ON e.school_id = l.school_id AND e.section_id = l.section_id
     AND e.role = 'student' AND e.starts_on <= l.date
     AND (e.ends_on IS NULL OR e.ends_on >= l.date)
    WHERE l.school_id = :school AND l.id = ANY(:sessions)""")

_members = text("""
    SELECT c.student_id, bool_or(c.attended_at IS NOT NULL
                                 AND c.decision IS DISTINCT FROM 'rejected') AS attended
    FROM check_in c WHERE c.school_id = :school AND c.session_id = ANY(:sessions)
    GROUP BY c.student_id""")

_totals = Statement("""
    SELECT l.id, count(DISTINCT e.person_id) AS total FROM live_session l
    JOIN enrolment e ON e.school_id = l.school_id AND e.section_id = l.section_id
     AND e.role = 'student' AND e.starts_on <= l.date
     AND (e.ends_on IS NULL OR e.ends_on >= l.date)
    WHERE l.school_id = :school AND l.id = ANY(:sessions)
    GROUP BY GROUPING SETS ((l.id), ())""")

_by_room = Statement("""
    SELECT c.session_id, count(DISTINCT c.student_id) AS joined,
           count(DISTINCT c.student_id) FILTER (
               WHERE c.attended_at IS NOT NULL AND c.decision IS DISTINCT FROM 'rejected')
           AS present
    FROM check_in c WHERE c.school_id = :school AND c.session_id = ANY(:sessions)
    GROUP BY GROUPING SETS ((c.session_id), ())""")


def told_from(rows: str) -> str:
    """Check-ins with all that is told of them."""
    return f"""
    WITH c AS ({rows})
    SELECT c.student_id, c.session_id, l.section_id, s.name AS section_name,
           {name_in_sql("p")} AS name, c.joined_at, c.attended_at, c.flags, c.decision, c.outcome,
           m.status, m.minutes_late
    FROM c
    JOIN live_session l ON l.school_id = c.school_id AND l.id = c.session_id
    JOIN section s ON s.school_id = l.school_id AND s.id = l.section_id
    JOIN person p ON p.school_id = c.school_id AND p.id = c.student_id
    LEFT JOIN student_attendance m ON m.school_id = l.school_id
     AND {by_key("m", "c.student_id", "l.date", "l.slot")}
    ORDER BY c.attended_at DESC NULLS LAST, c.student_id"""  # noqa: S608 - our own constants


_recent = Statement(
    told_from("""
    SELECT * FROM check_in
    WHERE school_id = :school AND session_id = ANY(:sessions) AND attended_at IS NOT NULL
    ORDER BY attended_at DESC, student_id LIMIT :most""")
)


@dataclass(frozen=True, slots=True)
class Counts:
    total_students: int
    students_joined: int
    students_present: int

    @property
    def present_percentage(self) -> float:
        if not self.total_students:
            return 0.0
        return round(100 * self.students_present / self.total_students, 1)


@dataclass(frozen=True, slots=True)
class Recent:
    student_id: UUID
    session_id: UUID
    section_id: UUID
    section_name: str
    name: str
    joined_at: dt.datetime
    attended_at: dt.datetime | None
    flags: Sequence[str]
    decision: str | None
    outcome: str | None
    status: str | None
    minutes_late: int | None

    @property
    def standing(self) -> str:
        if self.decision == "rejected":
            return "rejected"
        return "present" if self.attended_at else "joined"


def counts_of(sessions: Sequence[Session]) -> Counts:
    row = db.session.execute(_counts, _asked(sessions)).one()
    return Counts(row.total, row.joined, row.present)


def quick_counts_of(live_id: UUID, sessions: Sequence[Session]) -> Counts:
    """The same by the sets in Redis, where they are whole."""
    board = Board(sessions[0].school_id, live_id, sessions[0].ends_at)
    tally = tallies().count(board, lambda: members_of(sessions))
    total = int(db.session.scalar(_total, _asked(sessions)) or 0)
    return Counts(total, tally.joined, tally.attended)


def members_of(sessions: Sequence[Session]) -> Members:
    rows = db.session.execute(_members, _asked(sessions)).all()
    return Members(
        frozenset(str(row.student_id) for row in rows),
        frozenset(str(row.student_id) for row in rows if row.attended),
    )


def recent_in(sessions: Sequence[Session], most: int = MOST_RECENT) -> Sequence[Recent]:
    asked = _asked(sessions) | {"most": most}
    return read_recent(_recent.rows(db.session, asked))


def read_recent(rows: Rows) -> Sequence[Recent]:
    return [Recent(*row) for row in rows]


def counts_by_room(live_id: UUID, sessions: Sequence[Session]) -> Iterator[tuple[UUID, Counts]]:
    """Of each session, and of the group where it is one."""
    asked = _asked(sessions)
    totals: dict[UUID | None, int] = dict(_totals.rows(db.session, asked))
    here = {session_id: came for session_id, *came in _by_room.rows(db.session, asked)}
    named: list[tuple[UUID, UUID | None]] = [(each.id, each.id) for each in sessions]
    if sessions[0].group_id == live_id:
        named.append((live_id, None))
    for room, key in named:
        yield room, Counts(totals.get(key, 0), *here.get(key, (0, 0)))


def _asked(sessions: Sequence[Session]) -> dict[str, Any]:
    return {"school": sessions[0].school_id, "sessions": [session.id for session in sessions]}
