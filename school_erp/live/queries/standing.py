"""Where students stand in the sessions they want to attend: one question, however many."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from school_erp.attendance.queries.ground import by_key
from school_erp.core.direct import Statement
from school_erp.extensions import db
from school_erp.live.arrivals import Session, Standing
from school_erp.live.rules.places import Location
from school_erp.live.vocabulary import Decision
from school_erp.people.queries.names import name_in_sql

_standing = Statement(f"""
    SELECT e.person_id AS student_id, l.id AS session_id, {name_in_sql("p")} AS name,
           c.joined_at, c.attended_at, c.claim_id, c.decision, c.outcome,
           m.status, m.code, m.minutes_late
    FROM live_session l
    JOIN enrolment e ON e.school_id = l.school_id AND e.section_id = l.section_id
     AND e.role = 'student' AND e.starts_on <= l.date
     AND (e.ends_on IS NULL OR e.ends_on >= l.date)
    JOIN person p ON p.school_id = e.school_id AND p.id = e.person_id
    LEFT JOIN check_in c ON c.school_id = l.school_id AND c.session_id = l.id
     AND c.student_id = e.person_id
    LEFT JOIN student_attendance m ON m.school_id = l.school_id
     AND {by_key("m", "e.person_id", "l.date", "l.slot")}
    WHERE l.school_id = :school AND l.id = ANY(:sessions) AND e.person_id = ANY(:students)
    ORDER BY l.id""")  # noqa: S608 - a name of ours

_located = text("""
    SELECT DISTINCT ON (c.student_id) c.student_id, c.attended_at, c.latitude, c.longitude,
           c.accuracy
    FROM check_in c
    WHERE c.school_id = :school AND c.student_id = ANY(:students)
      AND NOT c.session_id = ANY(:sessions) AND c.latitude IS NOT NULL
      AND c.attended_at > :since
    ORDER BY c.student_id, c.attended_at DESC""")

_grace = text("SELECT offline_grace_hours FROM attendance_settings WHERE school_id = :school")


@dataclass(frozen=True, slots=True)
class Sighting:
    at: dt.datetime
    location: Location


def standing_of(
    sessions: Sequence[Session], students: Sequence[UUID]
) -> Mapping[UUID, Sequence[Standing]]:
    """By student; whoever is on no list is missing."""
    asked = {
        "school": sessions[0].school_id,
        "sessions": [session.id for session in sessions],
        "students": list(students),
    }
    found: defaultdict[UUID, list[Standing]] = defaultdict(list)
    for row in _standing.rows(db.session, asked):
        standing = _read(*row)
        found[standing.student_id].append(standing)
    return found


def last_seen(
    sessions: Sequence[Session], students: Sequence[UUID], since: dt.datetime
) -> Mapping[UUID, Sighting]:
    """Where each was when they checked in elsewhere."""
    asked = {
        "school": sessions[0].school_id,
        "sessions": [session.id for session in sessions],
        "students": list(students),
        "since": since,
    }
    return {
        row.student_id: Sighting(
            row.attended_at, Location(row.latitude, row.longitude, row.accuracy or 0.0)
        )
        for row in db.session.execute(_located, asked)
    }


def offline_grace_hours(school_id: UUID) -> int:
    return int(db.session.scalar(_grace, {"school": school_id}) or 0)


def _read(
    student_id: UUID,
    session_id: UUID,
    name: str,
    joined_at: dt.datetime | None,
    attended_at: dt.datetime | None,
    claim_id: UUID | None,
    decision: str | None,
    *mark: Any,
) -> Standing:
    decided = Decision(decision) if decision else None
    return Standing(student_id, session_id, name, joined_at, attended_at, claim_id, decided, *mark)
