"""What nobody may mark has no register to submit, reopen or lock either."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest

from school_erp.core.clock import now
from school_erp.core.ids import new_id
from tests.world import Caller, Visitor, World

As = Callable[..., Caller]
Count = Callable[[str], int]
Owner = psycopg.Connection[Any]
URL = "/api/v1/school/attendance"


def close(owner: Owner, school_id: UUID, day: dt.date) -> None:
    owner.execute(
        "INSERT INTO calendar_day (school_id, id, date, kind)"
        " VALUES (%s, gen_random_uuid(), %s, 'closure')",
        [school_id, day],
    )


def begin_terms(owner: Owner, school_id: UUID, day: dt.date) -> None:
    owner.execute(
        "INSERT INTO academic_session (school_id, id, name, kind, year_id, starts_on, ends_on)"
        " SELECT school_id, gen_random_uuid(), 'Next term', 'term', id, %s, ends_on"
        " FROM academic_session WHERE school_id = %s AND kind = 'year'",
        [day, school_id],
    )


def place_of(world: World, day: dt.date) -> str:
    return f"{URL}/registers/{world.homeroom_7a}/{day.isoformat()}/1"


@pytest.fixture
def closed(founded: World, owner: Owner) -> World:
    """Today is not a day of school."""
    close(owner, founded.school_id, founded.today)
    return founded


@pytest.mark.parametrize(
    ("who", "days", "code"),
    [
        ("tom", 1, "future_date"),
        ("olive", 1, "future_date"),
        ("tom", -2, "outside_window"),
        ("olive", -80, "outside_window"),
    ],
)
def test_a_register_of_a_day_out_of_reach_is_not_submitted(
    as_: As, founded: World, count: Count, who: str, days: int, code: str
) -> None:
    day = founded.today + dt.timedelta(days=days)
    refused = as_(who).put(f"{place_of(founded, day)}/submission", json={})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (422, code)
    assert (count("register"), count("attendance_audit_log")) == (0, 0)


def test_a_closed_day_has_no_register_to_submit_or_to_lock(
    as_: As, closed: World, count: Count
) -> None:
    place = place_of(closed, closed.today)
    for who, what in (("tom", "submission"), ("olive", "submission"), ("olive", "lock")):
        refused = as_(who).put(f"{place}/{what}", json={})
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (422, "closed_day")
    assert (count("register"), count("attendance_audit_log")) == (0, 0)


def test_nor_has_a_day_outside_the_terms(
    as_: As, founded: World, owner: Owner, count: Count
) -> None:
    begin_terms(owner, founded.school_id, founded.today + dt.timedelta(days=1))
    refused = as_("tom").put(f"{place_of(founded, founded.today)}/submission", json={})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (422, "no_session")
    assert count("register") == 0


def keep_shut_on_this_weekday(owner: Owner, school_id: UUID, day: dt.date) -> None:
    owner.execute(
        "UPDATE school SET weekdays = array_remove(weekdays, %s) WHERE id = %s",
        [day.isoweekday(), school_id],
    )


def begin_tomorrow(owner: Owner, school_id: UUID, day: dt.date) -> None:
    begin_terms(owner, school_id, day + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("shut", "code"),
    [
        (close, "closed_day"),
        (keep_shut_on_this_weekday, "closed_day"),
        (begin_tomorrow, "no_session"),
    ],
)
def test_on_such_a_day_none_is_listed_and_nobody_is_marked(
    as_: As,
    founded: World,
    owner: Owner,
    count: Count,
    shut: Callable[[Owner, UUID, dt.date], None],
    code: str,
) -> None:
    olive, today = as_("olive"), founded.today
    listed = f"{URL}/registers?on={today.isoformat()}"
    assert len(olive.get(listed).get_json()["items"]) == 2
    shut(owner, founded.school_id, today)
    assert olive.get(listed).get_json()["items"] == []
    mark = f"{URL}/marks/{founded.pia}/{today.isoformat()}/1"
    assert olive.patch(mark, json={"status": "PRESENT"}).get_json()["error"]["code"] == code
    assert (count("register"), count("student_attendance")) == (0, 0)


def test_nor_does_a_page_or_a_device_submit_one(
    visiting: Callable[..., Visitor], as_: As, closed: World, count: Count
) -> None:
    page = f"/registers/{closed.homeroom_7a}/{closed.today.isoformat()}/1"
    refused = visiting("tom").submit(page, {"intent": "submit"})
    assert refused.status_code == 422
    assert "The school is closed on this day." in refused.get_data(as_text=True)
    said = {
        "id": str(new_id()),
        "date": closed.today.isoformat(),
        "section_id": str(closed.homeroom_7a),
        "period": 1,
        "counts": {"unmarked": 2},
        "submitted_at": now().isoformat(),
    }
    told = as_("tom").post(f"{URL}/operations", json={"submissions": [said]}).get_json()
    [answer] = told["submissions"]
    assert (answer["outcome"], answer["error"]["code"]) == ("rejected", "closed_day")
    assert (count("register"), count("attendance_audit_log")) == (0, 0)


def test_a_register_taken_before_the_day_was_closed_is_still_put_in_order(
    as_: As, founded: World, owner: Owner
) -> None:
    tom, olive = as_("tom"), as_("olive")
    place = place_of(founded, founded.today)
    assert tom.put(f"{place}/submission", json={}).status_code == 200
    close(owner, founded.school_id, founded.today)
    assert tom.put(f"{place}/submission", json={}).get_json()["state"] == "submitted"
    assert olive.put(f"{place}/lock", json={}).get_json()["state"] == "locked"
    unlocked = olive.delete(f"{place}/lock", json={"reason": "Sent home at noon"})
    assert unlocked.get_json()["state"] == "submitted"
    reopened = olive.delete(f"{place}/submission", json={"reason": "Sent home at noon"})
    assert reopened.get_json()["error"]["code"] == "closed_day", "nobody could submit it again"


def test_a_register_is_reopened_for_as_long_as_it_could_be_submitted_again(
    as_: As, founded: World, change: Callable[..., None]
) -> None:
    tom, olive = as_("tom"), as_("olive")
    place = place_of(founded, founded.today - dt.timedelta(days=1))
    assert tom.put(f"{place}/submission", json={}).status_code == 200
    change("attendance_settings", backdate_days=0)
    why = {"reason": "Wrong class"}
    refused = tom.delete(f"{place}/submission", json=why)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (422, "outside_window")
    assert tom.get(place).get_json()["state"] == "submitted"
    assert olive.delete(f"{place}/submission", json=why).get_json()["state"] == "open"


def test_marks_that_are_refused_open_no_register(as_: As, closed: World, count: Count) -> None:
    tom = as_("tom")
    operation = {
        "id": str(new_id()),
        "student_id": str(closed.pia),
        "section_id": str(closed.homeroom_7a),
        "date": closed.today.isoformat(),
        "period": 1,
        "status": "ABSENT",
        "base_version": 0,
        "marked_at": now().isoformat(),
    }
    answer = tom.post(f"{URL}/operations", json={"operations": [operation]})
    [told] = answer.get_json()["operations"]
    assert (told["outcome"], told["error"]["code"]) == ("rejected", "closed_day")
    assert tom.delete(f"{URL}/marks/{closed.pia}/{closed.today}/1").status_code == 200
    assert count("register") == 0


def test_marks_that_are_refused_leave_a_register_that_was_there(
    as_: As, founded: World, owner: Owner, count: Count
) -> None:
    tom, today = as_("tom"), founded.today
    assert tom.put(f"{place_of(founded, today)}/submission").status_code == 200
    body = {
        "section_id": str(founded.homeroom_7a),
        "date": today.isoformat(),
        "period": 1,
        "records": [{"student_id": str(founded.pia), "status": "ABSENT"}],
    }
    refused = tom.post(URL, json=body, headers={"Prefer": "wait=5"})
    assert refused.get_json()["error"]["records"][0]["error"]["code"] == "reason_needed"
    assert count("register") == 1
