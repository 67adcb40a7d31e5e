from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask

from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.escalation.jobs import look_at_the_day
from tests.absences.conftest import As, Rows, said
from tests.world import TIMEZONE, Caller, Visitor, World

pytestmark = pytest.mark.usefixtures("alone")

URL = "/api/v1/escalations"
Marked = Callable[..., None]
TOLD = """
    SELECT r.kind, r.threshold, e.student_id, e.crossing, e.ended_at IS NULL
    FROM escalation e JOIN escalation_rule r ON r.id = e.rule_id
    ORDER BY r.kind, r.threshold, e.crossing, e.id"""


@pytest.fixture
def only(owner: Any) -> Callable[..., None]:
    """`only("consecutive_days")`: the school has no other rules."""

    def keep(*kinds: str) -> None:
        owner.execute(
            "UPDATE escalation_rule SET active = (kind = ANY(%s) AND threshold NOT IN (10, 50))",
            [list(kinds)],
        )

    return keep


def look(caller: Caller) -> int:
    answer = caller.post(f"{URL}/rounds")
    assert answer.status_code == 200, answer.text
    told: int = answer.get_json()["told"]
    return told


def news(caller: Caller) -> list[str]:
    items = caller.get("/api/v1/notifications").get_json()["items"]
    return [each["sentence"] for each in items if each["kind"] == "escalated"]


def listed(caller: Caller, **asked: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = caller.get(URL, query_string=asked).get_json()["items"]
    return items


def ago(world: World, days: int) -> dt.date:
    return world.today - dt.timedelta(days=days)


def test_days_absent_in_a_row_are_told_once_to_the_office_and_the_homerooms_teacher(
    founded: World, marked: Marked, as_: As, only: Callable[..., None], rows: Rows
) -> None:
    only("consecutive_days")
    ada, olive = as_("ada"), as_("olive")
    marked(A=["pia", "paul"], on=-2)
    marked(A=["pia"], P=["paul"], on=-1)
    assert look(ada) == 0
    marked(A=["pia", "paul"])
    assert look(ada) == 1
    assert look(ada) == 0
    assert rows(TOLD) == [("consecutive_days", 3, founded.pia, ago(founded, 2), True)]
    for who in (olive, as_("tom")):
        assert news(who) == ["Pia Park: Absent for 3 days in a row (3 days)."]
    for who in ("ada", "tara", "gwen", "pia"):
        assert news(as_(who)) == []
    [shown] = listed(olive)
    assert [mark["date"] for mark in shown["marks"]] == [
        ago(founded, days).isoformat() for days in (2, 1, 0)
    ]
    assert (shown["figure"], shown["student"], shown["homeroom"]) == (3.0, "Pia Park", "7A")
    # put right, and put wrong again: it is the same absence, and has been told
    marked(P=["pia"])
    assert look(ada) == 0
    assert listed(olive) == []
    assert len(listed(olive, ended="yes")) == 1
    marked(A=["pia"])
    assert look(ada) == 0
    assert len(listed(olive)) == 1
    # it turns out to have begun a day earlier, and was told all the same
    marked(A=["pia"], on=-3)
    assert look(ada) == 0
    assert len(listed(olive, ended="yes")) == 1


def test_attendance_below_a_line_is_told_with_what_was_missed_and_anew_after_a_rise(
    founded: World, marked: Marked, as_: As, only: Callable[..., None], rows: Rows
) -> None:
    only("attendance_below")
    ada = as_("ada")
    for days in range(9):
        marked(P=["pia", "paul"], on=-20 + days)
    assert look(ada) == 0
    marked(A=["pia"], P=["paul"], on=-3)
    assert look(ada) == 1
    assert look(ada) == 0
    assert news(as_("olive")) == ["Pia Park: Attendance at or below 90% (90% attendance)."]
    [shown] = listed(as_("tom"))
    assert [mark["date"] for mark in shown["marks"]] == [ago(founded, 3).isoformat()]
    assert (shown["figure"], shown["crossing"]) == (90.0, founded.today.isoformat())
    marked(P=["pia"], on=-3)
    assert look(ada) == 0
    assert rows(TOLD) == [("attendance_below", 90, founded.pia, founded.today, False)]


def test_what_nobody_explains_is_told_day_by_day_and_an_explanation_ends_it(
    founded: World, marked: Marked, as_: As, only: Callable[..., None], rows: Rows
) -> None:
    only("unexplained_days")
    ada = as_("ada")
    marked(A=["pia"], on=-2)
    marked(A=["pia", "paul"], on=-3)
    assert look(ada) == 2
    assert news(as_("olive")) == ["Not explained after 3 days: 2 students."]
    assert news(as_("tom")) == []
    # what only the office is told, teachers do not read either
    assert listed(as_("tom")) == []
    assert as_("gwen").post("/api/v1/absences", json=said(founded, -3)).status_code == 201
    assert look(ada) == 0
    lasting = {row[2]: row[4] for row in rows(TOLD)}
    assert lasting == {founded.pia: False, founded.paul: True}


def test_each_school_day_is_looked_at_once_in_the_afternoon(
    app: Flask, founded: World, marked: Marked, only: Callable[..., None], rows: Rows
) -> None:
    only("unexplained_days")
    marked(A=["pia"], on=-5)

    def upkeep(hour: int) -> int:
        moment = dt.datetime.combine(founded.today, dt.time(hour), ZoneInfo(TIMEZONE))
        with (
            time_machine.travel(moment, tick=False),
            app.app_context(),
            acting_for(None),
            unit_of_work(),
        ):
            look_at_the_day()
        return len(rows("SELECT 1 FROM escalation"))

    assert upkeep(9) == 0
    assert upkeep(16) == 1
    marked(A=["paul"], on=-5)
    assert upkeep(17) == 1
    assert rows("SELECT date FROM escalation_round") == [(founded.today,)]


def test_a_look_takes_as_many_statements_for_many_students_as_for_one(
    founded: World, marked: Marked, as_: As, statements: list[str]
) -> None:
    ada = as_("ada")

    def asked() -> int:
        del statements[:]
        assert look(ada) > 0
        return len(statements)

    for days in (3, 4, 5):
        marked(A=["pia"], on=-days)
    look(ada)
    marked(A=["pia"], on=-6)
    one = asked()
    for days in (3, 4, 5, 6):
        marked(A=["paul"], on=-days)
    assert asked() <= one + 3


def test_administrators_change_rules_and_the_trail_says_so(
    founded: World, as_: As, visiting: Callable[..., Visitor], rows: Rows
) -> None:
    ada = as_("ada")
    rules = ada.get(f"{URL}/rules").get_json()["items"]
    assert [(rule["kind"], rule["threshold"]) for rule in rules] == [
        *(("attendance_below", 50), ("attendance_below", 90)),
        *(("consecutive_days", 3), ("consecutive_days", 10), ("unexplained_days", 3)),
    ]
    rule = {"kind": "consecutive_days", "threshold": 5, "roles": ["teacher"]}
    before = rows("SELECT r::text FROM escalation_rule r ORDER BY id")
    for wrong, status in (
        ({"threshold": 3}, 409),
        ({"threshold": 0}, 422),
        ({"threshold": 61}, 422),
        ({"roles": []}, 422),
        ({"roles": ["guardian"]}, 422),
        ({"kind": "weather"}, 422),
    ):
        assert ada.post(f"{URL}/rules", json=rule | wrong).status_code == status, wrong
    for who in ("olive", "tom"):
        assert as_(who).post(f"{URL}/rules", json=rule).status_code == 403
    assert rows("SELECT r::text FROM escalation_rule r ORDER BY id") == before
    made = ada.post(f"{URL}/rules", json=rule).get_json()
    page = visiting("ada")
    address = f"/escalations/rules/{made['id']}"
    assert "Absent for 5 days in a row" in page.get("/escalations/rules").text
    typed = {"threshold": "6", "roles": ["teacher", "officer"]}
    assert page.submit(address, typed).location == "/escalations/rules"
    refused = page.submit(address, typed | {"threshold": "3"})
    assert refused.status_code == 422
    assert "such a rule already" in refused.text
    [changed] = rows("SELECT threshold, roles, active FROM escalation_rule WHERE threshold = 6")
    assert changed == (6, ["teacher", "officer"], False)
    trail = "SELECT before, after FROM attendance_audit_log WHERE what = 'escalation_rule'"
    assert len(rows(trail)) == 2
    assert "Rules for absences that go on" in page.get("/attendance/audit").text


def test_the_page_shows_who_is_beyond_a_line_with_the_marks(
    founded: World, marked: Marked, visiting: Callable[..., Visitor], only: Callable[..., None]
) -> None:
    only("consecutive_days")
    ada = visiting("ada")
    assert "Nobody is beyond a line" in ada.get("/escalations").text
    for days in (0, 1, 2):
        marked(A=["pia"], on=-days)
    told = ada.submit("/escalations/rounds")
    assert "1 new line was crossed." in ada.get(told.location).text
    for who in ("ada", "olive", "tom"):
        page = visiting(who).get("/escalations").text
        assert "Pia Park" in page
        assert "3 marks behind it" in page
    assert "Pia Park" not in visiting("tara").get("/escalations").text
    assert visiting("gwen").get("/escalations").status_code == 403
