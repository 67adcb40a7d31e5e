"""What looks odd is for the teacher to judge; nobody is turned away by a guess."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask

from school_erp.core.clock import now
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.live.actions.forgetting import forget_locations_before
from school_erp.live.jobs import end_sessions_due
from school_erp.live.keys import key_of
from school_erp.live.rules.codes import Step, token_of
from tests.live.checking_in import API, As, Change, Count, check_in, error_of
from tests.live.conftest import Start
from tests.world import TIMEZONE, World

HERE = {"latitude": 51.5, "longitude": -0.12}
ROUND_THE_CORNER = {"latitude": 51.5005, "longitude": -0.12}
IN_TOWN = {"latitude": 51.52, "longitude": -0.12}


@pytest.fixture
def fenced(change: Change) -> None:
    change("attendance_settings", geofence_metres=100)


def flags(as_: As, live: dict[str, Any]) -> dict[str, list[str]]:
    lines = as_("tom").get(f"{API}/{live['id']}/check-ins?flagged=true").get_json()["items"]
    return {line["name"]: line["flags"] for line in lines}


def test_a_phone_that_two_students_use_is_shown_on_both(start: Start, as_: As) -> None:
    live = start()
    assert check_in(as_("pia"), live, device="one phone").status_code == 200
    assert flags(as_, live) == {}
    assert check_in(as_("paul"), live, device="one phone").status_code == 200
    both = ["shared_device"]
    assert flags(as_, live) == {"Pia Park": both, "Paul Pavlov": both}


@pytest.mark.usefixtures("fenced")
def test_who_is_far_away_or_says_nothing_is_flagged_and_comes_in(
    start: Start, as_: As, count: Count
) -> None:
    live = start("cora", geofence=HERE)
    assert check_in(as_("pia"), live, location=IN_TOWN).status_code == 200
    assert check_in(as_("paul"), live).status_code == 200
    told = {"Pia Park": ["outside_fence"], "Paul Pavlov": ["no_location"]}
    assert flags(as_, live) == told
    lines = as_("tom").get(f"{API}/{live['id']}/check-ins").get_json()["items"]
    assert [line["distance"] for line in lines] == [2224, None]
    assert count("student_attendance") == 2


@pytest.mark.usefixtures("fenced")
def test_a_strict_fence_keeps_out_and_says_what_to_do(
    start: Start, as_: As, change: Change, count: Count
) -> None:
    change("attendance_settings", strict_fence=True)
    live, pia = start("cora", geofence=HERE), as_("pia")
    assert error_of(check_in(pia, live)) == "location_needed"
    far = check_in(pia, live, location=IN_TOWN)
    assert error_of(far) == "outside_fence"
    assert "Come closer" in far.get_json()["error"]["message"]
    assert (count("check_in"), count("student_attendance")) == (0, 0)
    assert check_in(pia, live, location=ROUND_THE_CORNER).status_code == 200
    assert flags(as_, live) == {}


def test_no_place_is_kept_where_the_school_does_not_ask(
    start: Start, as_: As, owner: Any, founded: World
) -> None:
    no_fence = as_("tom").post(
        f"{API}/live", json={"section_id": str(founded.homeroom_7a), "geofence": HERE}
    )
    assert (no_fence.status_code, list(no_fence.get_json()["error"]["fields"])) == (
        422,
        ["geofence"],
    )
    check_in(as_("pia"), start(), location=HERE)
    assert owner.execute("SELECT latitude, distance FROM check_in").fetchall() == [(None, None)]


@pytest.mark.usefixtures("fenced")
def test_places_are_forgotten(
    app: Flask, start: Start, as_: As, owner: Any, founded: World
) -> None:
    check_in(as_("pia"), start("cora", geofence=HERE), location=HERE)
    kept = "SELECT latitude, distance FROM check_in"
    for ago, left in ((1, 51.5), (-1, None)):
        with app.app_context(), acting_for(founded.school_id), unit_of_work():
            forget_locations_before(now() - dt.timedelta(minutes=ago))
        assert owner.execute(kept).fetchall() == [(left, 0)]


@pytest.mark.usefixtures("fenced")
def test_nobody_is_in_two_towns_within_minutes(
    start: Start, as_: As, founded: World, owner: Any
) -> None:
    owner.execute(
        "INSERT INTO enrolment (school_id, id, section_id, person_id, role, starts_on) "
        "SELECT school_id, gen_random_uuid(), %s, person_id, role, starts_on FROM enrolment "
        "WHERE person_id = %s AND section_id = %s",
        [founded.homeroom_7b, founded.pia, founded.homeroom_7a],
    )
    check_in(as_("pia"), start("olive", geofence=HERE), location=HERE)
    in_paris = {"latitude": 48.85, "longitude": 2.35}
    live = start("olive", section_ids=[str(founded.homeroom_7b)], geofence=in_paris)
    assert check_in(as_("pia"), live, location=in_paris).status_code == 200
    lines = as_("olive").get(f"{API}/{live['id']}/check-ins?flagged=true").get_json()["items"]
    assert [line["flags"] for line in lines] == [["unusual_speed"]]


def token_at(app: Flask, live: dict[str, Any], moment: dt.datetime) -> str:
    session = live["sessions"][0]
    with app.app_context():
        key = key_of(session["group_id"] or session["id"])
    return token_of(key, Step.at(moment, session["step_seconds"]))


def test_only_this_step_and_the_last_hold_whatever_the_phone_believes(
    app: Flask, start: Start, as_: As, count: Count
) -> None:
    live, pia = start(), as_("pia")
    an_hour_off = (now() + dt.timedelta(hours=1)).isoformat()
    for seconds in (17, 60, -9, -3600):
        token = token_at(app, live, now() - dt.timedelta(seconds=seconds))
        answer = check_in(pia, live, token=token)
        assert (answer.status_code, error_of(answer)) == (422, "code_expired"), seconds
    ahead = token_at(app, live, now() + dt.timedelta(hours=1))
    answer = check_in(pia, live, token=ahead, scanned_at=an_hour_off)
    assert error_of(answer) == "code_expired"
    assert (count("check_in"), count("student_attendance")) == (0, 0)
    before = token_at(app, live, now() - dt.timedelta(seconds=7))
    assert check_in(pia, live, token=before, scanned_at=an_hour_off).status_code == 200
    assert flags(as_, live) == {}


def test_a_code_of_another_session_or_another_school_is_none(
    app: Flask, start: Start, as_: As, founded: World, elsewhere: World, count: Count
) -> None:
    live, pia = start(), as_("pia")
    other = start("tara", section_ids=[str(founded.homeroom_7b)])
    answer = check_in(pia, live, token=other["qr"]["token"])
    assert (answer.status_code, error_of(answer)) == (422, "code_wrong")
    assert error_of(check_in(as_("quinn"), live)) == "not_enrolled"
    assert check_in(as_("pia", elsewhere), live).status_code == 404
    assert check_in(as_("tom"), live).status_code == 403
    assert (count("check_in"), count("student_attendance")) == (0, 0)


def test_what_was_scanned_offline_counts_by_its_code_and_is_flagged(
    app: Flask, start: Start, as_: As, change: Change, count: Count, owner: Any, founded: World
) -> None:
    live, pia, paul = start(), as_("pia"), as_("paul")
    owner.execute("UPDATE live_session SET started_at = started_at - interval '1 hour'")
    # of today: just after midnight 20 minutes ago was yesterday
    midnight = dt.datetime.combine(founded.today, dt.time(), ZoneInfo(TIMEZONE))
    seen_at = max(now() - dt.timedelta(minutes=20), midnight)
    token = token_at(app, live, seen_at)
    as_("tom").put(f"{API}/{live['id']}/end", json={})
    change("attendance_settings", offline_grace_hours=0)
    said = {"token": token, "scanned_at": (now() + dt.timedelta(hours=1)).isoformat()}
    assert error_of(check_in(pia, live, **said)) == "code_expired"
    change("attendance_settings", offline_grace_hours=24)
    assert error_of(check_in(pia, live, token=token)) == "code_expired"
    too_early = token_at(app, live, now() - dt.timedelta(hours=2))
    assert error_of(check_in(paul, live, **{**said, "token": too_early})) == "code_expired"
    assert (count("check_in"), count("student_attendance")) == (0, 0)
    synced = check_in(pia, live, **said)
    assert synced.status_code == 200, synced.text
    assert flags(as_, live) == {"Pia Park": ["late_sync"]}
    [(arrived_at,)] = owner.execute("SELECT arrived_at FROM student_attendance").fetchall()
    assert abs(arrived_at - seen_at) <= dt.timedelta(seconds=8)


def test_the_teacher_confirms_or_rejects_and_rejecting_takes_the_mark_back(
    start: Start, as_: As, count: Count, founded: World
) -> None:
    live, tom, pia = start(), as_("tom"), as_("pia")
    ruling = f"{API}/{live['id']}/check-ins/{founded.pia}/decision"
    assert error_of(tom.put(ruling, json={"decision": "rejected"})) == "not_checked_in"
    check_in(pia, live)
    confirmed = tom.put(ruling, json={"decision": "confirmed"}).get_json()
    assert (confirmed["standing"], confirmed["decision"]) == ("present", "confirmed")
    rejected = tom.put(ruling, json={"decision": "rejected", "reason": "not in the hall"})
    told = rejected.get_json()
    assert (told["standing"], told["outcome"], told["status"]) == ("rejected", "withdrawn", None)
    assert count("student_attendance") == 0
    assert tom.get(f"{API}/{live['id']}/stats").get_json()["students_present"] == 0
    assert error_of(check_in(pia, live)) == "check_in_rejected"
    assert count("student_attendance") == 0


def test_rejecting_leaves_what_somebody_marked_since(start: Start, as_: As, founded: World) -> None:
    live, tom = start(), as_("tom")
    check_in(as_("pia"), live)
    mark = f"/api/v1/school/attendance/marks/{founded.pia}/{founded.today}/1"
    assert tom.patch(mark, json={"status": "LATE", "reason": "seen"}).status_code == 200
    ruling = f"{API}/{live['id']}/check-ins/{founded.pia}/decision"
    told = tom.put(ruling, json={"decision": "rejected"}).get_json()
    assert (told["outcome"], told["status"]) == ("kept", "LATE")


def test_a_session_ends_by_itself_when_its_time_is_up(
    app: Flask, start: Start, as_: As, owner: Any, count: Count
) -> None:
    live, pia = start(ends_in=5), as_("pia")
    owner.execute("UPDATE live_session SET ends_at = now() - interval '1 second'")
    assert error_of(check_in(pia, live)) == "session_ended"
    assert as_("tom").get(f"{API}/{live['id']}").get_json()["state"] == "ended"
    assert pia.get(f"{API}/mine").get_json()["items"] == []
    with app.app_context(), unit_of_work():
        end_sessions_due()
    [(state, late)] = owner.execute("SELECT state, ended_at - ends_at FROM live_session").fetchall()
    assert (state, late, count("check_in")) == ("ended", dt.timedelta(0), 0)


def test_a_body_of_ten_megabytes_is_too_large(start: Start, as_: As, count: Count) -> None:
    answer = check_in(as_("pia"), start(), device="d" * 10 * 1024 * 1024)
    assert answer.status_code == 413
    assert count("check_in") == 0


def test_the_code_says_how_long_it_holds(app: Flask, start: Start, as_: As) -> None:
    live = start()
    with time_machine.travel(dt.datetime(2030, 1, 1, 12, 0, 3, tzinfo=dt.UTC), tick=False):
        assert Step.at(now(), 8).milliseconds_left(now()) == 5000
    shown: dict[str, Any] = as_("tom").get(f"{API}/{live['id']}/qr").get_json()
    assert 0 <= shown["expires_in_ms"] <= 8000
    assert 0 <= shown["typed_expires_in_ms"] <= 40000
    assert shown["url"].endswith(f"/check-in/{live['id']}?c={shown['token']}")
    assert shown["svg"].startswith("<svg")
