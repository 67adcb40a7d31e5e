from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from psycopg.rows import dict_row

from config import Config
from school_erp.cli.demo.seeding import TIMEZONE
from school_erp.core.clock import today_in
from school_erp.people.relations import RELATIONS
from tests.cli.conftest import Operator, operators_of, typing_into

Row = dict[str, Any]

LESSONS_ON = """
    SELECT s.name, s.kind, t.slot, t.room, e.person_id AS teacher
    FROM timetable_entry t
    JOIN section s ON (s.school_id, s.id) = (t.school_id, t.section_id)
    JOIN enrolment e ON (e.school_id, e.section_id) = (t.school_id, t.section_id)
      AND e.role = 'teacher'
    WHERE t.weekday = %(weekday)s AND t.weeks IN ('every', %(week)s)
      AND t.starts_on <= %(day)s AND (t.ends_on IS NULL OR t.ends_on >= %(day)s)
      AND e.starts_on <= %(day)s AND (e.ends_on IS NULL OR e.ends_on >= %(day)s)"""
TERMS_ON = """
    SELECT count(*) FROM academic_session
    WHERE kind = 'term' AND %s BETWEEN starts_on AND ends_on"""


class Demo:
    """The demo schools as they are stored, and what their seeding tells."""

    def __init__(self, owner: psycopg.Connection[Row], operator: Operator) -> None:
        self.owner, self.operator = owner, operator
        self.told: dict[str, Row] = {}

    def seed(self) -> None:
        result = self.operator("demo", "seed")
        assert result.exit_code == 0, result.output
        schools = json.loads(result.stdout.splitlines()[-1])["schools"]
        self.told = {school["slug"]: school for school in schools}

    def rows(self, slug: str, query: str, parameters: Any = None) -> list[Row]:
        with self.owner.transaction():
            self._enter(slug)
            return self.owner.execute(query, parameters).fetchall()

    def number(self, slug: str, query: str, *parameters: Any) -> int:
        return int(next(iter(self.rows(slug, query, parameters)[0].values())))

    def change(self, slug: str, statement: str, *parameters: Any) -> None:
        with self.owner.transaction():
            self._enter(slug)
            self.owner.execute(statement, parameters)

    def _enter(self, slug: str) -> UUID:
        [school] = self.owner.execute("SELECT id FROM school WHERE slug = %s", [slug]).fetchall()
        self.owner.execute("SELECT set_config('app.school_id', %s, true)", [str(school["id"])])
        return UUID(str(school["id"]))

    def forget(self) -> None:
        for slug in ("riverside", "hillcrest", "grandview"):
            with self.owner.transaction():
                found = self.owner.execute("SELECT id FROM school WHERE slug = %s", [slug])
                if found.fetchall():
                    self.owner.execute("DELETE FROM school WHERE id = %s", [self._enter(slug)])


@pytest.fixture
def demo(servers: Config, operator: Operator) -> Iterator[Demo]:
    with owner_of(servers) as owner:
        demo = Demo(owner, operator)
        demo.forget()
        yield demo
        demo.forget()


def owner_of(servers: Config) -> psycopg.Connection[Row]:
    return psycopg.connect(servers.owner_database_url, autocommit=True, row_factory=dict_row)


@pytest.fixture
def seeded(demo: Demo) -> Demo:
    demo.seed()
    return demo


def test_every_role_has_people_who_can_sign_in(seeded: Demo, client: FlaskClient) -> None:
    for slug in ("riverside", "hillcrest"):
        people = seeded.told[slug]["people"]
        roles = Counter(person["role"] for person in people)
        assert roles >= Counter(
            {"admin": 1, "officer": 1, "teacher": 2, "staff": 1, "student": 2, "guardian": 2}
        )
        for person in people:
            assert len(person["password"]) >= 10
            answer = client.post(
                "/api/v1/auth/login",
                json={"school": slug, "login": person["login"], "password": person["password"]},
            )
            assert answer.status_code == 200
            me = answer.get_json()["person"]
            assert (me["name"], me["roles"]) == (person["name"], [person["role"]])


def test_a_school_has_its_classes_and_every_student_a_guardian(seeded: Demo) -> None:
    for slug in ("riverside", "hillcrest"):
        assert seeded.number(slug, "SELECT count(*) FROM role_grant WHERE role = 'student'") == 300
        homerooms = seeded.rows(
            slug,
            """SELECT s.id, count(*) FILTER (WHERE e.role = 'student') AS students,
                      count(*) FILTER (WHERE e.role = 'teacher') AS teachers
               FROM section s JOIN enrolment e ON e.section_id = s.id
               WHERE s.kind = 'homeroom' GROUP BY s.id""",
        )
        assert len(homerooms) == 12
        assert all(20 <= room["students"] <= 30 and room["teachers"] for room in homerooms)
        assert (
            seeded.number(
                slug,
                """SELECT count(*) FROM role_grant r WHERE role = 'student' AND NOT EXISTS
                   (SELECT FROM guardianship g WHERE g.student_id = r.person_id)""",
            )
            == 0
        )


def test_families_are_of_many_kinds(seeded: Demo) -> None:
    ties = seeded.rows("riverside", "SELECT * FROM guardianship")
    children_of = Counter(tie["guardian_id"] for tie in ties)
    guardians_of = Counter(tie["student_id"] for tie in ties)
    assert {1, 2, 3} <= set(children_of.values())
    assert {1, 2, 3} <= set(guardians_of.values())
    assert any(tie["do_not_contact"] for tie in ties)
    assert not any(tie["do_not_contact"] and tie["gets_messages"] for tie in ties)
    assert any(not tie["lives_with"] and tie["gets_messages"] for tie in ties)
    relations = {tie["relation"] for tie in ties}
    assert len(relations) >= 6
    assert relations <= set(RELATIONS)


def test_names_come_from_all_over(seeded: Demo) -> None:
    people = seeded.rows("riverside", "SELECT * FROM person")
    names = [f"{person['given_name']} {person['family_name']}" for person in people]
    assert any("\u0600" <= letter <= "\u06ff" for name in names for letter in name)
    assert any(person["given_name"] == "" for person in people)
    assert any("é" in name or "ł" in name for name in names)
    assert max(map(len, names)) > 25
    assert len(set(names)) > len(names) * 0.8
    assert all((person["email"] or "@example.org").endswith("@example.org") for person in people)
    assert all((person["phone"] or "+447700900").startswith("+447700900") for person in people)


@pytest.mark.parametrize("weekday", range(1, 8))
@pytest.mark.parametrize("week", ["a", "b"])
@pytest.mark.parametrize("slug", ["riverside", "hillcrest"])
def test_no_teacher_class_or_room_is_in_two_lessons_at_once(
    timetabled: Demo, slug: str, week: str, weekday: int
) -> None:
    day = today_in(TIMEZONE)
    lessons = timetabled.rows(slug, LESSONS_ON, {"weekday": weekday, "week": week, "day": day})
    assert len(lessons) >= 12 * 5
    homerooms = [row["name"] for row in lessons if row["kind"] == "homeroom"]
    for what in ("teacher", "room"):
        assert max(Counter((row["slot"], row[what]) for row in lessons).values()) == 1
    of_whom = Counter(
        (row["slot"], next(room for room in homerooms if row["name"].startswith(room)))
        for row in lessons
    )
    assert max(of_whom.values()) == 1


@pytest.fixture(scope="module")
def timetabled(servers: Config) -> Iterator[Demo]:
    """Seeded once for the many questions about one week."""
    with operators_of(servers) as app, owner_of(servers) as owner:
        demo = Demo(owner, typing_into(app))
        demo.forget()
        demo.seed()
        yield demo
        demo.forget()


STARTS = ["2026-01-01", "2026-02-28", "2026-08-15", "2026-12-27", "2028-02-29"]
LATER = [0, 1, 4, 11, 19, 33, 90, 200, 400]


@pytest.mark.parametrize("start", STARTS)
def test_today_has_lessons_whenever_the_demo_is_started_again(demo: Demo, start: str) -> None:
    first = dt.date.fromisoformat(start)
    for day in (first + dt.timedelta(days=later) for later in LATER):
        with time_machine.travel(dt.datetime.combine(day, dt.time(8), dt.UTC), tick=False):
            demo.seed()
        for slug in ("riverside", "hillcrest"):
            at = {"weekday": day.isoweekday(), "week": "a", "day": day}
            assert len(demo.rows(slug, LESSONS_ON, at)) >= 12 * 5
            assert demo.number(slug, TERMS_ON, day) == 1
            assert demo.number(slug, "SELECT count(*) FROM calendar_day WHERE date = %s", day) == 0
            assert demo.number(slug, "SELECT count(*) FROM cover WHERE date = %s", day) >= 1
            assert demo.number(slug, "SELECT count(*) FROM calendar_day WHERE date > %s", day) >= 1


def test_a_clock_set_back_still_finds_lessons(seeded: Demo) -> None:
    day = today_in(TIMEZONE) - dt.timedelta(days=200)
    with time_machine.travel(dt.datetime.combine(day, dt.time(8), dt.UTC), tick=False):
        seeded.seed()
    at = {"weekday": day.isoweekday(), "week": "a", "day": day}
    assert len(seeded.rows("riverside", LESSONS_ON, at)) >= 12 * 5


def test_seeding_again_changes_nobody(seeded: Demo) -> None:
    everybody = "SELECT * FROM person ORDER BY id"
    before, told = seeded.rows("hillcrest", everybody), seeded.told
    seeded.seed()
    assert seeded.rows("hillcrest", everybody) == before
    assert seeded.told == told


def test_what_people_changed_in_the_demo_stays(seeded: Demo) -> None:
    today = today_in(TIMEZONE)
    seeded.change("riverside", "UPDATE person SET phone = NULL WHERE external_id = 'T0001'")
    seeded.change(
        "riverside",
        "INSERT INTO calendar_day (school_id, id, date, kind, note) SELECT id, gen_random_uuid(), "
        "%s, 'closure', 'Burst pipe' FROM school WHERE slug = 'riverside'",
        today,
    )
    seeded.seed()
    one = seeded.rows("riverside", "SELECT phone FROM person WHERE external_id = 'T0001'")
    assert one == [{"phone": None}]
    notes = seeded.rows("riverside", "SELECT note FROM calendar_day WHERE date = %s", [today])
    assert notes == [{"note": "Burst pipe"}]


def test_the_same_people_come_out_every_time(demo: Demo) -> None:
    everybody = (
        "SELECT given_name, family_name, email, external_id FROM person ORDER BY external_id"
    )
    demo.seed()
    first = demo.rows("riverside", everybody)
    demo.forget()
    demo.seed()
    assert demo.rows("riverside", everybody) == first


def test_a_real_school_of_that_name_is_not_touched(demo: Demo) -> None:
    demo.owner.execute(
        "INSERT INTO school (id, slug, name) VALUES (gen_random_uuid(), 'riverside', 'Real')"
    )
    result = demo.operator("demo", "seed")
    assert result.exit_code == 1
    assert "There is a school “riverside” already, and it is no demo." in result.output
    assert demo.number("riverside", "SELECT count(*) FROM person") == 0


def test_production_is_not_seeded(servers: Config) -> None:
    config = replace(servers, environment="production", public_url="https://school.example")
    with operators_of(config) as app:
        result = typing_into(app)("demo", "seed")
    assert result.exit_code == 1
    assert "not seeded where ENVIRONMENT is production" in result.output


def test_a_large_demo_has_two_thousand_students(operators: Flask, demo: Demo) -> None:
    operators.config["DEMO_SIZE"] = "large"
    demo.seed()
    assert demo.number("grandview", "SELECT count(*) FROM role_grant WHERE role = 'student'") == (
        2_000
    )
    at = {"weekday": 3, "week": "b", "day": today_in(TIMEZONE)}
    lessons = demo.rows("grandview", LESSONS_ON, at)
    assert len(lessons) == 84 * 7
    assert max(Counter((row["slot"], row["teacher"]) for row in lessons).values()) == 1


def test_an_unknown_size_is_explained(operators: Flask, operator: Operator) -> None:
    operators.config["DEMO_SIZE"] = "huge"
    result = operator("demo", "seed")
    assert result.exit_code == 1
    assert "DEMO_SIZE is either small or large." in result.output


def test_a_history_of_marks_ends_with_a_morning_partly_taken(seeded: Demo) -> None:
    today = today_in(TIMEZONE)
    for slug, days, codes in (
        ("riverside", 70, {"/", "\\", "I", "N", "L"}),
        ("hillcrest", 13, {*"PEAL"}),
    ):
        assert seeded.number(slug, "SELECT count(DISTINCT date) FROM student_attendance") >= days
        here = """SELECT 100 * count(*) FILTER (WHERE status IN ('PRESENT', 'LATE')) / count(*)
                  FROM student_attendance"""
        assert 93 <= seeded.number(slug, here) <= 97
        used = seeded.rows(slug, "SELECT DISTINCT code FROM student_attendance")
        assert {row["code"] for row in used} == codes
        taken = "SELECT count(*) FROM register WHERE date = %s AND state = 'submitted'"
        assert 3 <= seeded.number(slug, taken, today) <= 30
        unmarked = """
            SELECT count(*) FROM register r WHERE state = 'submitted' AND date < %s
            AND NOT EXISTS (SELECT FROM student_attendance m
                            WHERE (m.section_id, m.date, m.slot)
                                  = (r.section_id, r.date, r.slot))"""
        assert seeded.number(slug, unmarked, today) == 0


def test_seeding_again_marks_nobody_twice(seeded: Demo) -> None:
    counted = "SELECT count(*) + sum(version) FROM student_attendance"
    before = seeded.number("riverside", counted)
    seeded.seed()
    assert seeded.number("riverside", counted) == before
