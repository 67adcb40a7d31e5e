"""Schools that take registers lesson by lesson."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from school_erp.academics.rules.calendar import week_of
from tests.world import Caller, World

As = Callable[..., Caller]
Count = Callable[[str], int]
URL = "/api/v1/school/attendance"


@pytest.fixture
def by_lessons(founded: World, change: Callable[..., None]) -> World:
    change("attendance_settings", attendance_mode="PERIOD")
    return founded


def listed(caller: Caller, day: dt.date) -> list[tuple[str, int]]:
    found = caller.get(f"{URL}/registers", query_string={"on": day.isoformat()}).get_json()
    return [(each["name"], each["slot"]) for each in found["items"]]


def marked(caller: Caller, section: Any, day: dt.date, **said: Any) -> Any:
    record = {"student_id": str(caller.world.pia), "status": "PRESENT"}
    body = {"date": day.isoformat(), "section_id": str(section), "records": [record], **said}
    return caller.post(URL, json=body, headers={"Prefer": "wait=5"})


def fault_of(answer: Any) -> str:
    assert answer.status_code == 422
    code: str = answer.get_json()["error"]["records"][0]["error"]["code"]
    return code


def alternate(owner: psycopg.Connection[Any], day: dt.date, section: Any, slot: int) -> None:
    """Lessons are of the week of that day; in the other one there is one of this class instead."""
    [[year_began]] = owner.execute("SELECT starts_on FROM academic_session").fetchall()
    ours = week_of(year_began, day)
    owner.execute("UPDATE timetable_entry SET weeks = %s", [ours])
    owner.execute(
        """INSERT INTO timetable_entry
             (school_id, id, section_id, weekday, slot, starts_on, room, weeks)
           SELECT school_id, gen_random_uuid(), %s, weekday, %s, starts_on, room, %s
           FROM timetable_entry""",
        [section, slot, "b" if ours == "a" else "a"],
    )


def test_lessons_have_registers_and_homerooms_have_none(
    as_: As, by_lessons: World, count: Count
) -> None:
    world, today = by_lessons, by_lessons.today
    assert listed(as_("olive"), today) == [("7A Maths", 1)]
    assert listed(as_("tom"), today) == [("7A Maths", 1)]
    assert listed(as_("tara"), today) == []
    assert fault_of(marked(as_("olive"), world.homeroom_7a, today, period=1)) == "unknown_slot"
    assert fault_of(marked(as_("tom"), world.maths_7a, today, period=2)) == "unknown_slot"
    assert marked(as_("tom"), world.maths_7a, today, period=1).status_code == 200
    assert (count("student_attendance"), count("register")) == (1, 1)


def test_a_lesson_of_the_other_week_is_neither_listed_nor_meant(
    as_: As, by_lessons: World, owner: psycopg.Connection[Any]
) -> None:
    """The first lesson is this week's, the second the other's; nobody says which one is meant."""
    world = by_lessons
    yesterday = world.today - dt.timedelta(days=1)
    alternate(owner, yesterday, world.maths_7a, 2)
    tom = as_("tom")
    assert listed(tom, yesterday) == [("7A Maths", 1)]
    assert fault_of(marked(tom, world.maths_7a, yesterday, period=2)) == "unknown_slot"
    assert marked(tom, world.maths_7a, yesterday).status_code == 200
    assert owner.execute("SELECT slot FROM student_attendance").fetchall() == [(1,)]
    a_week_earlier = yesterday - dt.timedelta(days=7)
    assert listed(tom, a_week_earlier) == [("7A Maths", 2)]


def test_who_has_two_lessons_in_turn_is_corrected_in_that_of_the_week(
    as_: As, by_lessons: World, owner: psycopg.Connection[Any]
) -> None:
    world = by_lessons
    yesterday = world.today - dt.timedelta(days=1)
    alternate(owner, yesterday, world.homeroom_7b, 1)
    owner.execute(
        """INSERT INTO enrolment (school_id, id, section_id, person_id, role, starts_on)
           SELECT school_id, gen_random_uuid(), %s, person_id, role, starts_on FROM enrolment
           WHERE person_id = %s LIMIT 1""",
        [world.homeroom_7b, world.pia],
    )
    mark = f"{URL}/marks/{world.pia}/{yesterday}/1"
    assert as_("olive").patch(mark, json={"status": "ABSENT"}).status_code == 200
    assert owner.execute("SELECT section_id FROM student_attendance").fetchall() == [
        (world.maths_7a,)
    ]
