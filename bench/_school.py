"""A school to measure marking in: the world of the tests, and classes of many more pupils."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask

import school_erp
from config import Config
from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.vocabulary import Mode
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from tests.world import Caller, World, found_world

_CLASS = """
    WITH class AS (
        INSERT INTO section (school_id, id, name, kind, grade, academic_session_id)
        VALUES (%(school)s, %(id)s, %(name)s, 'homeroom', '8', %(year)s)
    ), pupil AS (
        INSERT INTO person (school_id, id, given_name, family_name, search_words)
        SELECT %(school)s, unnest(%(pupils)s::uuid[]), 'Polly', %(name)s, ''
        RETURNING id
    ), granted AS (
        INSERT INTO role_grant (school_id, id, person_id, role, starts_on)
        SELECT %(school)s, gen_random_uuid(), id, 'student', %(since)s FROM pupil
    )
    INSERT INTO enrolment (school_id, id, section_id, person_id, role, starts_on)
    SELECT %(school)s, gen_random_uuid(), %(id)s, id, 'student', %(since)s FROM pupil"""
_MARK = """
    WITH stored AS (
        INSERT INTO student_attendance (school_id, student_id, date, slot, section_id, status,
                                        code, source, marked_by, marked_at)
        SELECT %(school)s, unnest(%(pupils)s::uuid[]), %(day)s, 1, %(section)s, 'ABSENT', 'A', 6,
               %(by)s, now()
        RETURNING student_id
    )
    INSERT INTO attendance_audit_log (school_id, id, what, student_id, section_id, date, slot,
                                      after, actor_id, actor_name, actor_role, source,
                                      request_id, address, job_id)
    SELECT %(school)s, unnest(%(notes)s::uuid[]), 'mark', unnest(%(pupils)s::uuid[]), %(section)s,
           %(day)s, 1, '{"status": "ABSENT", "code": "A", "minutes_late": null, "remarks": "",
                         "source": "OFFICE", "version": 1}',
           %(by)s, 'Ada Lovelace-Brown', 'admin', 6, %(request)s, '127.0.0.1', %(job)s"""


@dataclass(frozen=True)
class Class:
    id: UUID
    pupils: list[UUID]


@dataclass
class School:
    """The school, with what a measurement asks of it."""

    config: Config
    app: Flask
    world: World
    line: psycopg.Connection[Any]
    floors: int = 0

    def caller(self, who: str = "ada") -> Caller:
        return Caller(self.app, self.world, who)

    def add_class(self, name: str, pupils: int) -> Class:
        made = Class(new_id(), [new_id() for _ in range(pupils)])
        with psycopg.connect(self.config.owner_database_url) as owner:
            _enter(owner, self.world)
            owner.execute(
                _CLASS,
                {
                    "school": self.world.school_id,
                    "id": made.id,
                    "name": name,
                    "year": self.world.year,
                    "since": self.world.today - dt.timedelta(days=90),
                    "pupils": made.pupils,
                },
            )
            # a school that has been there for a day is known to the planner
            owner.execute("ANALYZE")
        return made

    def floor(self, section: Class, pupils: int) -> None:
        """The same rows by hand, on a day nobody else marks: one statement and one commit."""
        self.floors += 1
        with self.line.transaction():
            _enter(self.line, self.world)
            self.line.execute(
                _MARK,
                {
                    "school": self.world.school_id,
                    "pupils": section.pupils[:pupils],
                    "notes": [new_id() for _ in range(pupils)],
                    "section": section.id,
                    "day": self.world.today - dt.timedelta(days=1_000 + self.floors),
                    "by": self.world.ada,
                    "request": new_id().hex,
                    "job": new_id(),
                },
            )

    def marking(self, section: Class, days_ago: int, pupils: int | None = None) -> dict[str, Any]:
        return {
            "date": (self.world.today - dt.timedelta(days=days_ago)).isoformat(),
            "section_id": str(section.id),
            "period": 1,
            "records": [
                {"student_id": str(each), "status": "ABSENT"} for each in section.pupils[:pupils]
            ],
        }

    def close(self) -> None:
        self.line.close()
        with self.app.app_context():
            db.engine.dispose()


def founded(config: Config) -> School:
    """Marks by the day, once a day."""
    app = school_erp.create_app(replace(config, async_mode="threading", testing=True))
    world = found_world(config)
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        found_attendance(world.school_id, Mode.DAILY, "simple", dt.date(2020, 1, 1))
    with psycopg.connect(config.owner_database_url) as owner:
        _enter(owner, world)
        owner.execute("UPDATE attendance_settings SET office_backdate_days = 90")
    line = psycopg.connect(config.database_url, autocommit=True)
    return School(config, app, world, line)


def _enter(line: psycopg.Connection[Any], world: World) -> None:
    line.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
