"""Asking for registers that were due and that nobody has begun: once each, and then the office."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from uuid import UUID

from sqlalchemy import TextClause, text

from school_erp.attendance.happenings import Missing, RegistersMissed, RegistersMissedLong
from school_erp.attendance.queries.registers import DUE
from school_erp.core import happenings
from school_erp.core.clock import now
from school_erp.extensions import db


def _first_missed(noted: str, minutes: str) -> TextClause:
    """Notes it on the registers themselves; one that is just being marked is left alone."""
    return text(
        f"""
    WITH missing AS MATERIALIZED (
        SELECT r.section_id, r.slot
        FROM ({DUE}) AS due
        JOIN attendance_settings rules ON rules.school_id = :school AND rules.{minutes} > 0
        JOIN register r ON r.school_id = :school AND r.section_id = due.section_id
         AND r.date = :day AND r.slot = due.slot AND r.state = 'open' AND r.{noted} IS NULL
        WHERE due.starts_at - time '00:00' + make_interval(mins => rules.{minutes})
              <= CAST(:at AS time) - time '00:00'
          AND NOT EXISTS (SELECT 1 FROM student_attendance m
                          WHERE m.school_id = :school AND m.section_id = due.section_id
                            AND m.date = :day AND m.slot = due.slot)
        FOR UPDATE OF r SKIP LOCKED)
    UPDATE register r SET {noted} = :now FROM missing
    WHERE r.school_id = :school AND r.date = :day
      AND r.section_id = missing.section_id AND r.slot = missing.slot
    RETURNING r.section_id, r.slot"""  # noqa: S608 - the parts put in are our own constants
    )


_reminded = _first_missed("reminded_at", "register_reminder_minutes")
_alarmed = _first_missed("alarmed_at", "register_alarm_minutes")

# whoever covers takes it, and not the teacher who is away
_takers = text("""
    SELECT missing.section_id, missing.slot,
           coalesce(nullif(covering.people, '{}'), teaching.people) AS people
    FROM unnest(CAST(:sections AS uuid[]), CAST(:slots AS smallint[])) AS missing (section_id, slot)
    CROSS JOIN LATERAL (
        SELECT array_agg(c.person_id) FILTER (WHERE c.person_id IS NOT NULL) AS people FROM cover c
        WHERE c.school_id = :school AND c.section_id = missing.section_id AND c.date = :day
          AND (c.slot IS NULL OR c.slot = missing.slot)) AS covering
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(e.person_id), '{}') AS people FROM enrolment e
        WHERE e.school_id = :school AND e.section_id = missing.section_id AND e.role = 'teacher'
          AND e.starts_on <= :day AND (e.ends_on IS NULL OR e.ends_on >= :day)) AS teaching""")


def tell_of_missing(school_id: UUID, here: dt.datetime) -> None:
    asked = {"school": school_id, "day": here.date(), "at": here.time(), "now": now()}
    missed = db.session.execute(_reminded, asked).all()
    if missed:
        places = {"sections": [it.section_id for it in missed], "slots": [it.slot for it in missed]}
        whose = db.session.execute(_takers, asked | places)
        registers = [Missing(row.section_id, row.slot, row.people) for row in whose]
        happenings.tell(RegistersMissed(here.date(), registers))
    by_slot = Counter(row.slot for row in db.session.execute(_alarmed, asked))
    if by_slot:
        happenings.tell(RegistersMissedLong(here.date(), by_slot))
