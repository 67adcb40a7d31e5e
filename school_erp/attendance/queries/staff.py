"""Staff and their marks, read set-based: of one day, or of one person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from school_erp.attendance.staff import StaffMark
from school_erp.attendance.vocabulary import Mode, Source, Status
from school_erp.extensions import db
from school_erp.schools.roles import EMPLOYED, Role

_ground = text("""
    SELECT w.person_id AS asked, m.*,
           EXISTS (SELECT 1 FROM role_grant g
                   WHERE g.school_id = :school AND g.person_id = w.person_id
                     AND g.role = ANY(:employed) AND g.starts_on <= :day
                     AND (g.ends_on IS NULL OR g.ends_on >= :day))
           AS employed
    FROM unnest(CAST(:people AS uuid[])) AS w (person_id)
    LEFT JOIN staff_attendance m
      ON m.school_id = :school AND m.person_id = w.person_id AND m.date = :day""")

_on_day = text("""
    SELECT p.id AS asked, concat_ws(' ', coalesce(p.preferred_name, p.given_name), p.family_name)
           AS name, p.sort_name, works.roles, m.*
    FROM (SELECT g.person_id, array_agg(DISTINCT g.role) AS roles FROM role_grant g
          WHERE g.school_id = :school AND g.role = ANY(:employed) AND g.starts_on <= :day
            AND (g.ends_on IS NULL OR g.ends_on >= :day)
          GROUP BY g.person_id) AS works
    JOIN person p ON p.school_id = :school AND p.id = works.person_id
    LEFT JOIN staff_attendance m
      ON m.school_id = p.school_id AND m.person_id = p.id AND m.date = :day
    WHERE CAST(:person AS uuid) IS NULL OR p.id = :person
    ORDER BY p.sort_name, p.id""")

_marks_of = text("""
    SELECT * FROM staff_attendance
    WHERE school_id = :school AND person_id = :person AND date BETWEEN :first AND :last
    ORDER BY date""")

_first_lesson = text("SELECT min(starts_at) FROM period WHERE school_id = :school")

_has_worked = text("""
    SELECT 1 FROM role_grant
    WHERE school_id = :school AND person_id = :person AND role = ANY(:employed) LIMIT 1""")


@dataclass(frozen=True, slots=True)
class StaffGround:
    employed: bool
    mark: StaffMark | None


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One person on a day."""

    person_id: UUID
    name: str
    sort_name: str
    role: Role
    mark: StaffMark | None


@dataclass(frozen=True, slots=True)
class DayOfStaff:
    date: dt.date
    mark: StaffMark


def ground_of(school_id: UUID, day: dt.date, people: Iterable[UUID]) -> Mapping[UUID, StaffGround]:
    asked = {
        "school": school_id,
        "day": day,
        "people": sorted(set(people)),
        "employed": _employed(),
    }
    rows = db.session.execute(_ground, asked).mappings()
    return {row["asked"]: StaffGround(row["employed"], _standing(row)) for row in rows}


def staff_on(school_id: UUID, day: dt.date, person_id: UUID | None = None) -> Sequence[StaffLine]:
    """Everybody who works at the school that day, by name; or one of them."""
    asked = {"school": school_id, "day": day, "person": person_id, "employed": _employed()}
    return [
        StaffLine(
            person_id=row["asked"],
            name=row["name"],
            sort_name=row["sort_name"],
            role=next(role for role in EMPLOYED if role in row["roles"]),
            mark=_standing(row),
        )
        for row in db.session.execute(_on_day, asked).mappings()
    ]


def marks_of(
    school_id: UUID, person_id: UUID, first: dt.date, last: dt.date
) -> Sequence[DayOfStaff]:
    asked = {"school": school_id, "person": person_id, "first": first, "last": last}
    rows = db.session.execute(_marks_of, asked).mappings()
    return [DayOfStaff(row["date"], mark_of(row)) for row in rows]


def has_worked_here(school_id: UUID, person_id: UUID) -> bool:
    asked = {"school": school_id, "person": person_id, "employed": _employed()}
    return db.session.scalar(_has_worked, asked) is not None


def day_begins(school_id: UUID, mode: Mode, morning_at: dt.time) -> dt.time:
    """Where the school does not say when its staff begin: with its first lesson, or its morning."""
    if mode is Mode.DAILY:
        return morning_at
    first: dt.time | None = db.session.scalar(_first_lesson, {"school": school_id})
    return first or morning_at


def mark_of(row: RowMapping) -> StaffMark:
    return StaffMark(
        status=Status(row["status"]),
        code=row["code"],
        checked_in_at=row["checked_in_at"],
        checked_out_at=row["checked_out_at"],
        remarks=row["remarks"],
        source=Source(row["source"]),
        version=row["version"],
        marked_by=row["marked_by"],
        marked_at=row["marked_at"],
    )


def _standing(row: RowMapping) -> StaffMark | None:
    return mark_of(row) if row["person_id"] is not None else None


def _employed() -> list[Any]:
    return [role.value for role in EMPLOYED]
