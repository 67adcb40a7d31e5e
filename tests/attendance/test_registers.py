"""A register through its day, and who takes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
import time_machine
from flask import Flask

from school_erp.core.access import IDEMPOTENT
from tests.world import TIMEZONE, Caller, World

As = Callable[..., Caller]
URL = "/api/v1/school/attendance"


@pytest.fixture
def at_nine(founded: World, change: Callable[..., None]) -> Callable[[int, int], Any]:
    """School begins at nine; `at_nine(9, 16)` is that moment of today."""
    change("attendance_settings", morning_at="09:00", overdue_after_minutes=15)

    def at(hour: int, minute: int) -> time_machine.travel:
        moment = dt.datetime.combine(founded.today, dt.time(hour, minute), ZoneInfo(TIMEZONE))
        return time_machine.travel(moment, tick=False)

    return at


def place_of(world: World) -> str:
    return f"{URL}/registers/{world.homeroom_7a}/{world.today.isoformat()}/1"


def told(caller: Caller, **asked: str) -> dict[str, dict[str, Any]]:
    found = caller.get(f"{URL}/registers", query_string=asked).get_json()["items"]
    return {register["name"]: register for register in found}


def mark_pia(caller: Caller, status: str, **said: Any) -> Any:
    world = caller.world
    mark = f"{URL}/marks/{world.pia}/{world.today.isoformat()}/1"
    return caller.patch(mark, json={"status": status, **said})


def test_a_register_is_coming_due_overdue_open_submitted_and_locked(
    as_: As, founded: World, at_nine: Callable[[int, int], Any]
) -> None:
    place = place_of(founded)

    def is_now(state: str) -> None:
        olive = as_("olive")
        assert told(olive)["7A"]["state"] == state
        assert "7A" in told(olive, state=state)
        for other in {"coming", "due", "overdue", "open", "submitted", "locked"} - {state}:
            assert "7A" not in told(olive, state=other)

    for hour, minute, state in ((8, 59, "coming"), (9, 0, "due"), (9, 14, "due")):
        with at_nine(hour, minute):
            is_now(state)
    with at_nine(9, 15):
        is_now("overdue")
        assert mark_pia(as_("tom"), "PRESENT").status_code == 200
        is_now("open")
        assert as_("tom").put(f"{place}/submission", json={}).status_code == 200
        is_now("submitted")
        assert as_("olive").put(f"{place}/lock", json={}).status_code == 200
        is_now("locked")
        assert told(as_("olive"))["7B"]["state"] == "overdue", "nobody has taken it, and it shows"
        assert list(told(as_("olive"), section_id=str(founded.homeroom_7b))) == ["7B"]


def test_the_taker_is_whoever_took_it_first(as_: As, founded: World) -> None:
    assert mark_pia(as_("cora"), "PRESENT").status_code == 200
    assert mark_pia(as_("tom"), "LATE").status_code == 200
    assert as_("tom").put(f"{place_of(founded)}/submission", json={}).status_code == 200
    register = told(as_("olive"))["7A"]
    assert (register["taken_by"], register["state"]) == ("Cora Cole", "submitted")
    assert register["taken_at"] is not None


def test_a_cover_is_for_one_class_one_day_and_its_own_lesson(
    as_: As, founded: World, owner: psycopg.Connection[Any], change: Callable[..., None]
) -> None:
    cora = as_("cora")
    assert list(told(cora)) == ["7A"]
    owner.execute("UPDATE cover SET slot = 2")
    assert list(told(cora)) == []
    assert cora.get(place_of(founded)).status_code == 403
    refused = mark_pia(cora, "PRESENT")
    assert refused.get_json()["error"]["code"] == "not_your_class"
    change("attendance_settings", daily_sessions=2)
    found = cora.get(f"{URL}/registers").get_json()["items"]
    assert [(register["name"], register["slot"]) for register in found] == [("7A", 2)]
    owner.execute("UPDATE cover SET slot = NULL, date = date + 1")
    assert list(told(cora)) == []


@pytest.mark.parametrize(
    ("said", "stored"),
    [
        ({"status": "PRESENT"}, ("PRESENT", "P", None, "")),
        ({"status": "ABSENT", "remarks": "no word yet"}, ("ABSENT", "A", None, "no word yet")),
        (
            {"status": "LATE", "minutes_late": 12, "remarks": "bus"},
            ("LATE", "L", 12, "bus"),
        ),
        ({"status": "EXCUSED", "remarks": "dentist"}, ("EXCUSED", "E", None, "dentist")),
    ],
)
def test_each_status_is_stored_with_what_was_said_of_it(
    as_: As, founded: World, owner: psycopg.Connection[Any], said: dict[str, Any], stored: Any
) -> None:
    answer = mark_pia(as_("tom"), **said)
    assert (answer.status_code, answer.get_json()["outcome"]) == (200, "created")
    found = "SELECT status, code, minutes_late, remarks FROM student_attendance"
    assert owner.execute(found).fetchall() == [stored]


def test_a_stale_correction_is_answered_with_what_stands_and_changes_nothing(
    as_: As, founded: World, owner: psycopg.Connection[Any]
) -> None:
    assert mark_pia(as_("tom"), "PRESENT").status_code == 200
    assert mark_pia(as_("cora"), "ABSENT", base_version=1).status_code == 200
    stale = mark_pia(as_("tom"), "LATE", base_version=1).get_json()
    assert (stale["outcome"], stale["mark"]["code"], stale["mark"]["version"]) == (
        "conflict",
        "A",
        2,
    )
    marks = owner.execute("SELECT code, version FROM student_attendance").fetchall()
    assert marks == [("A", 2)]


def test_nobody_is_corrected_where_they_cannot_be(
    as_: As, founded: World, elsewhere: World, count: Callable[[str], int]
) -> None:
    tom, day = as_("tom"), founded.today

    def refused(caller: Caller, student: object, on: dt.date, slot: int = 1) -> tuple[int, str]:
        mark = f"{URL}/marks/{student}/{on.isoformat()}/{slot}"
        answer = caller.patch(mark, json={"status": "PRESENT"})
        return answer.status_code, answer.get_json()["error"]["code"]

    week = dt.timedelta(days=7)
    assert refused(tom, founded.pia, day + week) == (422, "future_date")
    assert refused(tom, founded.pia, day - week) == (422, "outside_window")
    assert refused(tom, founded.pia, day, slot=2) == (422, "unknown_slot")
    assert refused(as_("tara"), founded.pia, day) == (422, "not_your_class")
    for nobody in (elsewhere.pia, founded.gwen, founded.year):
        assert refused(as_("olive"), nobody, day) == (404, "not_found")
    assert as_("olive").put(f"{place_of(founded)}/lock", json={}).status_code == 200
    assert refused(tom, founded.pia, day) == (422, "register_locked")
    assert refused(as_("olive"), founded.pia, day) == (422, "register_locked")
    assert (count("student_attendance"), count("attendance_audit_log")) == (0, 1)


def test_today_is_what_the_schools_own_clock_says(
    as_: As, founded: World, owner: psycopg.Connection[Any]
) -> None:
    """At half past noon in Greenwich it is tomorrow in Auckland, all year round."""
    tomorrow = founded.today + dt.timedelta(days=1)
    mark = f"{URL}/marks/{founded.pia}/{tomorrow.isoformat()}/1"
    noon = dt.datetime.combine(founded.today, dt.time(12, 30), dt.UTC)
    with time_machine.travel(noon, tick=False):
        early = as_("tom").patch(mark, json={"status": "PRESENT"})
        assert early.get_json()["error"]["code"] == "future_date"
        owner.execute("UPDATE school SET timezone = 'Pacific/Auckland'")
        assert as_("tom").patch(mark, json={"status": "PRESENT"}).status_code == 200
        [register, _other] = as_("olive").get(f"{URL}/registers").get_json()["items"]
        assert (register["date"], register["name"]) == (tomorrow.isoformat(), "7A")


def test_a_correction_sent_again_under_its_key_is_answered_as_before_and_overwrites_nothing(
    as_: As, founded: World, owner: psycopg.Connection[Any]
) -> None:
    tom, cora = as_("tom"), as_("cora")
    mark = f"{URL}/marks/{founded.pia}/{founded.today.isoformat()}/1"
    key = {"Idempotency-Key": "pia-was-late"}
    first = tom.patch(mark, json={"status": "LATE", "minutes_late": 4}, headers=key)
    assert cora.patch(mark, json={"status": "EXCUSED"}).get_json()["outcome"] == "changed"
    again = tom.patch(mark, json={"status": "LATE", "minutes_late": 4}, headers=key)
    assert again.get_json() == first.get_json()
    assert again.headers["Idempotent-Replayed"] == "true"
    other = tom.patch(mark, json={"status": "ABSENT"}, headers=key)
    assert other.get_json()["error"]["code"] == "key_reused"
    assert owner.execute("SELECT code FROM student_attendance").fetchall() == [("E",)]


def test_a_submission_sent_again_under_its_key_does_not_undo_a_reopening(
    as_: As, founded: World
) -> None:
    tom, place, key = as_("tom"), place_of(founded), {"Idempotency-Key": "7a-monday"}
    assert tom.put(f"{place}/submission", json={}, headers=key).status_code == 200
    why = {"reason": "Paul came after all"}
    assert tom.delete(f"{place}/submission", json=why).get_json()["state"] == "open"
    again = tom.put(f"{place}/submission", json={}, headers=key)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert tom.get(place).get_json()["state"] == "open"


def test_every_write_of_attendance_may_be_sent_again_under_a_key(app: Flask) -> None:
    """Operations have ids of their own."""
    writes = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if str(rule).startswith(URL)
        and (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
    }
    without = {each for each in writes if not hasattr(app.view_functions[each], IDEMPOTENT)}
    assert (without, len(writes) > 20) == ({"attendance.carry_out_operations"}, True)


def test_a_code_deleted_again_under_its_key_is_gone_once(as_: As, founded: World) -> None:
    ada, key = as_("ada"), {"Idempotency-Key": "no-more-visits"}
    body: dict[str, Any] = {
        "code": "V",
        "label": "Visit",
        "status": "PRESENT",
        "statistical_class": "present",
    }
    body |= {"roles": ["admin"]}
    made = ada.post(f"{URL}/codes", json=body | {"starts_on": founded.today.isoformat()})
    assert made.status_code == 201, made.get_json()
    code = f"{URL}/codes/{made.get_json()['id']}"
    assert [ada.delete(code, headers=key).status_code for _ in range(2)] == [204, 204]
    assert ada.delete(code).status_code == 404
