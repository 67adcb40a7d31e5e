"""What pages tell beside marks: who teaches, who marked, who locked, what a slot is called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from school_erp.attendance.queries.ground import Place
from school_erp.extensions import db
from school_erp.people.queries.names import name_in_sql

_NAME = name_in_sql("p")

_teachers = text(
    f"""
    SELECT e.section_id, NULL::smallint AS slot, {_NAME} AS name, false AS covers, p.sort_name
    FROM enrolment e JOIN person p ON p.school_id = e.school_id AND p.id = e.person_id
    WHERE e.school_id = :school AND e.section_id = ANY(:sections) AND e.role = 'teacher'
      AND e.starts_on <= :day AND (e.ends_on IS NULL OR e.ends_on >= :day)
    UNION
    SELECT c.section_id, c.slot, {_NAME}, true, p.sort_name
    FROM cover c JOIN person p ON p.school_id = c.school_id AND p.id = c.person_id
    WHERE c.school_id = :school AND c.section_id = ANY(:sections) AND c.date = :day
    ORDER BY covers, sort_name"""  # noqa: S608 - the part put in is our own constant
)

_names = text(
    f"""
    SELECT p.id, {_NAME} AS name FROM person p
    WHERE p.school_id = :school AND p.id = ANY(:people)"""  # noqa: S608 - our own constant
)

_locked = text("""
    SELECT actor_name, at, reason FROM attendance_audit_log
    WHERE school_id = :school AND section_id = :section AND date = :day AND slot = :slot
      AND what = 'register' AND after ->> 'state' = 'locked'
    ORDER BY at DESC LIMIT 1""")

_slot_name = text("SELECT name FROM period WHERE school_id = :school AND slot = :slot")


@dataclass(frozen=True, slots=True)
class Teaching:
    """Somebody who has a class on a day; one who covers may do so in one slot only."""

    section_id: UUID
    slot: int | None
    name: str
    covers: bool


@dataclass(frozen=True, slots=True)
class Locking:
    by: str
    at: dt.datetime
    reason: str


def who_teaches(school_id: UUID, day: dt.date, section_ids: Iterable[UUID]) -> Sequence[Teaching]:
    asked = {"school": school_id, "day": day, "sections": sorted(set(section_ids))}
    return [
        Teaching(row.section_id, row.slot, row.name, row.covers)
        for row in db.session.execute(_teachers, asked)
    ]


def names_of(school_id: UUID, people: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = sorted({person for person in people if person})
    if not wanted:
        return {}
    rows = db.session.execute(_names, {"school": school_id, "people": wanted})
    return {row.id: row.name for row in rows}


def last_locking(place: Place, section_id: UUID) -> Locking | None:
    asked = {
        "school": place.school_id,
        "section": section_id,
        "day": place.day,
        "slot": place.slot,
    }
    row = db.session.execute(_locked, asked).one_or_none()
    return Locking(row.actor_name, row.at, row.reason) if row else None


def period_name(place: Place) -> str:
    asked = {"school": place.school_id, "slot": place.slot}
    return db.session.scalar(_slot_name, asked) or ""
