from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from school_erp.attendance.actions.marking import mark
from school_erp.attendance.marking import Marker, Marking, Record
from school_erp.attendance.models import AttendanceSettings
from school_erp.attendance.vocabulary import Source
from school_erp.core.clock import now
from school_erp.extensions import db
from school_erp.live.actions.steering import apply
from school_erp.live.arrivals import Session
from school_erp.live.pulse import tell_stats_soon
from school_erp.live.vocabulary import State

REASON = "not there when the session ended"

_unmarked = text("""
    SELECT DISTINCT ON (e.person_id) e.person_id AS student_id, l.section_id
    FROM live_session l
    JOIN enrolment e ON e.school_id = l.school_id AND e.section_id = l.section_id
     AND e.role = 'student' AND e.starts_on <= l.date
     AND (e.ends_on IS NULL OR e.ends_on >= l.date)
    WHERE l.school_id = :school AND l.id = ANY(:sessions)
      AND NOT EXISTS (SELECT 1 FROM student_attendance m
                      WHERE m.school_id = l.school_id AND m.student_id = e.person_id
                        AND m.date = l.date AND m.slot = l.slot)
    ORDER BY e.person_id, l.id""")


def end_sessions(sessions: Sequence[Session]) -> Sequence[Session]:
    """For good. Who is not marked by then gets the school's code for it, where it has one."""
    moment = now()
    ending = [each for each in sessions if each.state is not State.ENDED]
    ended = apply(ending, {"state": State.ENDED, "ended_at": _end_of(ending, moment)}, of=sessions)
    if ending:
        _mark_the_rest(ending)
        tell_stats_soon(ending[0])
    return ended


def _end_of(ending: Sequence[Session], moment: dt.datetime) -> dt.datetime:
    """One whose time was up is over since then, however late that was noticed."""
    return min((moment, *(each.ends_at for each in ending)))


def _mark_the_rest(ending: Sequence[Session]) -> None:
    session = ending[0]
    code = db.session.get_one(AttendanceSettings, session.school_id).session_end_code
    if code is None:
        return
    asked = {"school": session.school_id, "sessions": [each.id for each in ending]}
    rest: Sequence[tuple[UUID, UUID]] = [
        (row[0], row[1]) for row in db.session.execute(_unmarked, asked)
    ]
    if rest:
        records = [Record(student_id, section_id, code=code) for student_id, section_id in rest]
        mark(
            Marking(
                session.school_id, session.date, session.slot, records, _marker(session), REASON
            )
        )


def _marker(session: Session) -> Marker:
    return Marker(
        person_id=session.started_by,
        name=session.starter_name,
        role=session.starter_role,
        in_office=True,
        source=Source.SYSTEM,
    )
