"""How many are there, counted from the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

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

_recent = text(f"""
    SELECT c.student_id, c.session_id, l.section_id, s.name AS section_name,
           {name_in_sql("p")} AS name, c.attended_at, c.flags, c.decision, c.outcome,
           m.status, m.minutes_late
    FROM check_in c
    JOIN live_session l ON l.school_id = c.school_id AND l.id = c.session_id
    JOIN section s ON s.school_id = l.school_id AND s.id = l.section_id
    JOIN person p ON p.school_id = c.school_id AND p.id = c.student_id
    LEFT JOIN student_attendance m ON m.school_id = l.school_id AND m.student_id = c.student_id
     AND m.date = l.date AND m.slot = l.slot
    WHERE c.school_id = :school AND c.session_id = ANY(:sessions) AND c.attended_at IS NOT NULL
    ORDER BY c.attended_at DESC, c.student_id LIMIT :most""")  # noqa: S608 - a name of ours


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
    attended_at: dt.datetime
    flags: Sequence[str]
    decision: str | None
    outcome: str | None
    status: str | None
    minutes_late: int | None


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
    return [Recent(**row) for row in db.session.execute(_recent, asked).mappings()]


def _asked(sessions: Sequence[Session]) -> dict[str, Any]:
    return {"school": sessions[0].school_id, "sessions": [session.id for session in sessions]}
