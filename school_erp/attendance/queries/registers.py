"""Registers that are due, taken or missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import RowMapping, text

from school_erp.academics.queries.weeks import in_its_week
from school_erp.attendance.errors import NotSetUp
from school_erp.attendance.vocabulary import RegisterState
from school_erp.core.clock import local_now
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.people.queries.names import name_in_sql

# What is to be taken on a day: homerooms by session, or lessons by the timetable. Nothing on a
# closed day, outside the terms, or for a class without students.
DUE = f"""
    SELECT s.id AS section_id, s.name, s.grade, slots.slot, slots.slot_name, slots.starts_at,
           slots.room
    FROM school JOIN attendance_settings rules ON rules.school_id = school.id
    JOIN section s ON s.school_id = school.id AND s.active
    JOIN academic_session y ON y.school_id = s.school_id AND y.id = s.academic_session_id
     AND :day BETWEEN y.starts_on AND y.ends_on
    JOIN LATERAL (
        SELECT day_slot.slot, '' AS slot_name, day_slot.starts_at, s.room
        FROM (VALUES (1, rules.morning_at), (2, rules.afternoon_at)) AS day_slot (slot, starts_at)
        WHERE rules.attendance_mode = 'DAILY' AND s.kind = 'homeroom'
          AND day_slot.slot <= rules.daily_sessions
        UNION ALL
        SELECT t.slot, p.name, p.starts_at, coalesce(t.room, s.room)
        FROM timetable_entry t
        JOIN period p ON p.school_id = t.school_id AND p.slot = t.slot
        WHERE rules.attendance_mode = 'PERIOD' AND t.school_id = s.school_id
          AND t.section_id = s.id AND t.weekday = extract(isodow FROM CAST(:day AS date))
          AND t.starts_on <= :day AND (t.ends_on IS NULL OR t.ends_on >= :day)
          AND {in_its_week("t", "CAST(:day AS date)", "y")}
    ) AS slots ON true
    WHERE school.id = :school
      AND extract(isodow FROM CAST(:day AS date)) = ANY(school.weekdays)
      AND NOT EXISTS (SELECT 1 FROM calendar_day c WHERE c.school_id = school.id
                      AND c.date = :day AND c.kind = 'closure')
      AND (NOT EXISTS (SELECT 1 FROM academic_session t WHERE t.school_id = school.id
                       AND t.kind = 'term')
           OR EXISTS (SELECT 1 FROM academic_session t WHERE t.school_id = school.id
                      AND t.kind = 'term' AND :day BETWEEN t.starts_on AND t.ends_on))
      AND EXISTS (SELECT 1 FROM enrolment e WHERE e.school_id = s.school_id
                  AND e.section_id = s.id AND e.role = 'student' AND e.starts_on <= :day
                  AND (e.ends_on IS NULL OR e.ends_on >= :day))"""  # noqa: S608 - our own constant

_open_due = text(
    f"""
    INSERT INTO register (school_id, section_id, date, slot)
    SELECT :school, due.section_id, :day, due.slot FROM ({DUE}) AS due
    WHERE due.starts_at <= :at
    ON CONFLICT DO NOTHING"""  # noqa: S608 - the part put in is our own constant
)

# as spans since midnight: a time of day with minutes added to it would begin the day anew
_standing_by = text(
    f"""
    SELECT due.slot, standing.word, count(*) AS registers
    FROM ({DUE}) AS due
    JOIN attendance_settings rules ON rules.school_id = :school
    CROSS JOIN LATERAL (
        VALUES ('due', due.starts_at - time '00:00'),
               ('overdue', due.starts_at - time '00:00'
                           + make_interval(mins => rules.overdue_after_minutes))
    ) AS standing (word, since)
    LEFT JOIN register r ON r.school_id = :school AND r.section_id = due.section_id
     AND r.date = :day AND r.slot = due.slot
    WHERE standing.since <= CAST(:at AS time) - time '00:00'
      AND (standing.word = 'due'
           OR coalesce(r.state, 'open') = 'open' AND NOT EXISTS (
               SELECT 1 FROM student_attendance m
               WHERE m.school_id = :school AND m.section_id = due.section_id
                 AND m.date = :day AND m.slot = due.slot))
    GROUP BY due.slot, standing.word
    ORDER BY due.slot, standing.word"""  # noqa: S608 - the part put in is our own constant
)

_on_day = text(
    f"""
    SELECT due.*, r.state, r.version, r.taken_at, {name_in_sql("taker")} AS taken_by,
           counts.students, counts.marked, counts.absent
    FROM ({DUE}) AS due
    LEFT JOIN register r ON r.school_id = :school AND r.section_id = due.section_id
     AND r.date = :day AND r.slot = due.slot
    LEFT JOIN person taker ON taker.school_id = :school AND taker.id = r.taken_by
    CROSS JOIN LATERAL (
        SELECT count(*) AS students, count(m.student_id) AS marked,
               count(*) FILTER (WHERE m.status = 'ABSENT') AS absent
        FROM enrolment e
        LEFT JOIN student_attendance m ON m.school_id = e.school_id
         AND m.student_id = e.person_id AND m.date = :day AND m.slot = due.slot
        WHERE e.school_id = :school AND e.section_id = due.section_id AND e.role = 'student'
          AND e.starts_on <= :day AND (e.ends_on IS NULL OR e.ends_on >= :day)) AS counts
    WHERE CAST(:person AS uuid) IS NULL
       OR EXISTS (SELECT 1 FROM enrolment e WHERE e.school_id = :school
                  AND e.section_id = due.section_id AND e.role = 'teacher'
                  AND e.person_id = :person AND e.starts_on <= :day
                  AND (e.ends_on IS NULL OR e.ends_on >= :day))
       OR EXISTS (SELECT 1 FROM cover c WHERE c.school_id = :school
                  AND c.section_id = due.section_id AND c.date = :day
                  AND c.person_id = :person AND (c.slot IS NULL OR c.slot = due.slot))
    ORDER BY due.starts_at, due.name"""  # noqa: S608 - the part put in is our own constant
)

_clock = text("""
    SELECT school.timezone, rules.overdue_after_minutes FROM school
    JOIN attendance_settings rules ON rules.school_id = school.id WHERE school.id = :school""")


class Standing(StrEnum):
    """What people want to know of a register."""

    COMING = "coming"
    DUE = "due"
    OVERDUE = "overdue"
    OPEN = "open"
    SUBMITTED = "submitted"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class RegisterInList:
    section_id: UUID
    name: str
    grade: str | None
    date: dt.date
    slot: int
    slot_name: str
    starts_at: dt.time
    room: str | None
    standing: Standing
    version: int
    taken_at: dt.datetime | None
    taken_by: str
    students: int
    marked: int
    absent: int


@dataclass(frozen=True, slots=True)
class SlotDue:
    """A slot whose registers have come due; or the ones in it that nobody has begun to take."""

    slot: int
    standing: Standing
    registers: int


def open_due(school_id: UUID, day: dt.date, at: dt.time) -> int:
    """Make what is due by now a row, so that what was not taken can be seen."""
    done = db.session.execute(_open_due, {"school": school_id, "day": day, "at": at})
    return int(done.rowcount)  # type: ignore[attr-defined]


def slots_due(school_id: UUID, day: dt.date, at: dt.time) -> Sequence[SlotDue]:
    rows = db.session.execute(_standing_by, {"school": school_id, "day": day, "at": at})
    return [SlotDue(row.slot, Standing(row.word), row.registers) for row in rows]


_any_taken = text("""
    SELECT EXISTS (SELECT FROM register WHERE school_id = :school AND state <> 'open')""")


def any_register_taken() -> bool:
    return bool(db.session.scalar(_any_taken, {"school": current_school_id()}))


def registers_on(
    school_id: UUID, day: dt.date | None, taught_by: UUID | None
) -> Sequence[RegisterInList]:
    """Today's where no day is named; one teacher's where a teacher is."""
    clock = db.session.execute(_clock, {"school": school_id}).one_or_none()
    if clock is None:
        raise NotSetUp
    local = local_now(clock.timezone)
    on = day or local.date()
    asked = {"school": school_id, "day": on, "person": taught_by}
    rows = db.session.execute(_on_day, asked).mappings()
    return [_listed(row, on, local, clock.overdue_after_minutes) for row in rows]


def _listed(
    row: RowMapping, day: dt.date, local: dt.datetime, overdue_after: int
) -> RegisterInList:
    starts = dt.datetime.combine(day, row["starts_at"], local.tzinfo)
    return RegisterInList(
        section_id=row["section_id"],
        name=row["name"],
        grade=row["grade"],
        date=day,
        slot=row["slot"],
        slot_name=row["slot_name"],
        starts_at=row["starts_at"],
        room=row["room"],
        standing=standing_of(row, starts, local, overdue_after),
        version=row["version"] or 0,
        taken_at=row["taken_at"],
        taken_by=row["taken_by"] or "",
        students=row["students"],
        marked=row["marked"],
        absent=row["absent"],
    )


def standing_of(
    row: RowMapping, starts: dt.datetime, local: dt.datetime, overdue_after: int
) -> Standing:
    if row["state"] in (RegisterState.SUBMITTED, RegisterState.LOCKED):
        return Standing(row["state"])
    if row["marked"]:
        return Standing.OPEN
    if local < starts:
        return Standing.COMING
    late = local >= starts + dt.timedelta(minutes=overdue_after)
    return Standing.OVERDUE if late else Standing.DUE
