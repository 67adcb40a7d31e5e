"""How many are absent where messages are about to leave, and how many usually are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from school_erp.absences.queries.explained import explained_in_sql
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.rules.safety import DAYS_LOOKED_AT, ClassAway

_SPOTS = "unnest(CAST(:dates AS date[]), CAST(:slots AS smallint[])) AS spot (date, slot)"
# school days of a term's half are enough to find twenty
_LOOKED_BACK = 60

# whoever was released once is not looked at again
_waiting = text("""
    SELECT date, slot, section_id, min(due_at) AS at FROM message
    WHERE school_id = :school AND kind = 'absent' AND state = 'waiting' AND due_at <= :moment
      AND hold_id IS NULL
    GROUP BY date, slot, section_id""")

_away = text(f"""
    SELECT spot.date, spot.slot, r.section_id,
           (SELECT count(DISTINCT e.person_id) FROM enrolment e
            WHERE e.school_id = r.school_id AND e.section_id = r.section_id
              AND e.role = 'student' AND e.starts_on <= spot.date
              AND (e.ends_on IS NULL OR e.ends_on >= spot.date)) AS students,
           marks.absent, marks.at_a_stroke
    FROM {_SPOTS}
    JOIN register r ON r.school_id = :school AND r.date = spot.date AND r.slot = spot.slot
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE m.status = 'ABSENT' AND NOT
                   {explained_in_sql("m.student_id", "m.date", "m.slot")}) AS absent,
               bool_and(m.status = 'ABSENT' AND m.version = 1)
               AND count(DISTINCT m.received_at) = 1 AS at_a_stroke
        FROM student_attendance m
        WHERE m.school_id = :school AND m.section_id = r.section_id AND m.date = spot.date
          AND m.slot = spot.slot) AS marks
    ORDER BY 1, 2, 3""")  # noqa: S608 - our own constants

_usual = text("""
    SELECT count(m.student_id) AS absent
    FROM (SELECT DISTINCT date FROM register
          WHERE school_id = :school AND slot = :slot AND date < :day AND date >= :since
            AND taken_at IS NOT NULL
          ORDER BY date DESC LIMIT :days) AS known
    LEFT JOIN student_attendance m ON m.school_id = :school AND m.date = known.date
     AND m.slot = :slot AND m.status = 'ABSENT'
     AND m.code IN (SELECT code FROM attendance_code
                    WHERE school_id = :school AND status = 'ABSENT')
    GROUP BY known.date""")


@dataclass(frozen=True, slots=True)
class Spot:
    """A slot of a day, in the whole school."""

    date: dt.date
    slot: int


@dataclass(frozen=True, slots=True)
class Leaving:
    """A class of which something is about to be said, and when first."""

    spot: Spot
    section_id: UUID | None
    at: dt.datetime


def messages_leaving(moment: dt.datetime) -> list[Leaving]:
    asked = {"school": current_school_id(), "moment": moment}
    return [
        Leaving(Spot(row.date, row.slot), row.section_id, row.at)
        for row in db.session.execute(_waiting, asked)
    ]


def classes_away(spots: Collection[Spot]) -> Sequence[ClassAway]:
    """All classes of these slots, in the order of the slots."""
    asked: dict[str, Any] = {
        "school": current_school_id(),
        "dates": [spot.date for spot in spots],
        "slots": [spot.slot for spot in spots],
    }
    return [ClassAway(*row) for row in db.session.execute(_away, asked)]


def absent_on_days_before(spot: Spot) -> Sequence[int]:
    asked = {
        "school": current_school_id(),
        "slot": spot.slot,
        "day": spot.date,
        "since": spot.date - dt.timedelta(days=_LOOKED_BACK),
        "days": DAYS_LOOKED_AT,
    }
    return db.session.scalars(_usual, asked).all()
