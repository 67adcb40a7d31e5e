"""Lists: who is in a session, line by line, and the sessions of a school."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from school_erp.attendance.queries.ground import by_key
from school_erp.core.paging import read_cursor
from school_erp.extensions import db
from school_erp.live.arrivals import Session
from school_erp.live.queries.sessions import session_of
from school_erp.people.queries.names import name_in_sql

# everybody on the list, also those who have not come
_lines = text(f"""
    WITH shared AS MATERIALIZED (
        SELECT device, array_agg(DISTINCT student_id ORDER BY student_id) AS students
        FROM check_in
        WHERE school_id = :school AND session_id = ANY(:sessions) AND device IS NOT NULL
        GROUP BY device HAVING count(DISTINCT student_id) > 1)
    SELECT e.person_id AS student_id, l.id AS session_id, l.section_id, s.name AS section_name,
           {name_in_sql("p")} AS name, p.sort_name, c.joined_at, c.attended_at, c.seen_at,
           c.device_time, c.proof, c.distance, coalesce(c.flags, '{{}}') AS flags, c.decision,
           c.decided_at, c.outcome, m.status, m.code, m.minutes_late, m.source,
           array_remove(coalesce(shared.students, '{{}}'), e.person_id) AS same_device_as
    FROM live_session l
    JOIN section s ON s.school_id = l.school_id AND s.id = l.section_id
    JOIN enrolment e ON e.school_id = l.school_id AND e.section_id = l.section_id
     AND e.role = 'student' AND e.starts_on <= l.date
     AND (e.ends_on IS NULL OR e.ends_on >= l.date)
    JOIN person p ON p.school_id = e.school_id AND p.id = e.person_id
    LEFT JOIN check_in c ON c.school_id = l.school_id AND c.session_id = l.id
     AND c.student_id = e.person_id
    LEFT JOIN shared ON shared.device = c.device
    LEFT JOIN student_attendance m ON m.school_id = l.school_id
     AND {by_key("m", "e.person_id", "l.date", "l.slot")}
    WHERE l.school_id = :school AND l.id = ANY(:sessions)
      AND (CAST(:student AS uuid) IS NULL OR e.person_id = :student)
    ORDER BY p.sort_name, e.person_id, l.id""")  # noqa: S608 - a name of ours

_sessions = text("""
    SELECT l.*, s.name AS section_name FROM live_session l
    JOIN section s ON s.school_id = l.school_id AND s.id = l.section_id
    WHERE l.school_id = :school
      AND (CAST(:day AS date) IS NULL OR l.date = :day)
      AND (CAST(:section AS uuid) IS NULL OR l.section_id = :section)
      AND (NOT :open OR l.state <> 'ended')
      AND (CAST(:person AS uuid) IS NULL OR l.started_by = :person
           OR EXISTS (SELECT 1 FROM enrolment e WHERE e.school_id = l.school_id
                      AND e.section_id = l.section_id AND e.person_id = :person
                      AND e.role = 'teacher' AND e.starts_on <= l.date
                      AND (e.ends_on IS NULL OR e.ends_on >= l.date))
           OR EXISTS (SELECT 1 FROM cover v WHERE v.school_id = l.school_id
                      AND v.section_id = l.section_id AND v.date = l.date
                      AND v.person_id = :person AND (v.slot IS NULL OR v.slot = l.slot)))
      AND (CAST(:before AS timestamptz) IS NULL OR (l.started_at, l.id) < (:before, :before_id))
    ORDER BY l.started_at DESC, l.id DESC LIMIT :most""")


@dataclass(frozen=True, slots=True)
class Line:
    """A student of a session's list: come, joined or missing."""

    student_id: UUID
    session_id: UUID
    section_id: UUID
    section_name: str
    name: str
    sort_name: str
    joined_at: dt.datetime | None
    attended_at: dt.datetime | None
    seen_at: dt.datetime | None
    device_time: dt.datetime | None
    proof: str | None
    distance: int | None
    flags: Sequence[str]
    decision: str | None
    decided_at: dt.datetime | None
    outcome: str | None
    status: str | None
    code: str | None
    minutes_late: int | None
    source: int | None
    same_device_as: Sequence[UUID]

    @property
    def standing(self) -> str:
        if self.attended_at is None:
            return "joined" if self.joined_at else "missing"
        return "rejected" if self.decision == "rejected" else "present"


def line_of(sessions: Sequence[Session], student_id: UUID) -> Line | None:
    """The student's, in the first of these that they have come to."""
    found = lines_of(sessions, student_id)
    return next((line for line in found if line.attended_at), found[0] if found else None)


def lines_of(sessions: Sequence[Session], student_id: UUID | None = None) -> Sequence[Line]:
    asked = {
        "school": sessions[0].school_id,
        "sessions": [session.id for session in sessions],
        "student": student_id,
    }
    return [Line(**row) for row in db.session.execute(_lines, asked).mappings()]


def sessions_listed(
    school_id: UUID, person_id: UUID | None, asked: dict[str, Any]
) -> Sequence[Session]:
    """Newest first: those of one person's classes, or everybody's; one more than asked for."""
    before: list[Any] = [None, None]
    if asked.get("cursor"):
        before = read_cursor(asked["cursor"], [dt.datetime, UUID])
    rows = db.session.execute(
        _sessions,
        {
            "school": school_id,
            "person": person_id,
            "day": asked.get("on"),
            "section": asked.get("section_id"),
            "open": asked.get("open", False),
            "before": before[0],
            "before_id": before[1],
            "most": asked["limit"] + 1,
        },
    ).mappings()
    return [session_of(row) for row in rows]
