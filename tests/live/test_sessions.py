"""A teacher starts, students come, and what is counted is what happened."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from school_erp.core.clock import now
from tests.live.conftest import Start
from tests.serving import Web
from tests.world import Caller, Visitor, World

As = Callable[..., Caller]
Count = Callable[[str], int]
Change = Callable[..., None]
API = "/api/v1/sessions"


def check_in(caller: Caller, live: dict[str, Any], **said: Any) -> TestResponse:
    proof = {} if {"typed_code", "claim", "token"} & said.keys() else {"token": live["qr"]["token"]}
    device = f"phone of {caller.who}"
    return caller.post(f"{API}/{live['id']}/attendance", json={"device": device, **proof, **said})


def error_of(answer: TestResponse) -> str:
    return str(answer.get_json()["error"]["code"])


def test_students_join_and_check_in_and_the_teacher_sees_them(
    founded: World, start: Start, as_: As, change: Change, audited: Callable[[], list[Any]]
) -> None:
    change(
        "attendance_settings",
        morning_at="00:00",
        late_after_minutes=1440,
        closed_after_minutes=1440,
    )
    live = start(ends_in=30)
    assert live["kind"] == "session"
    assert live["room"] == f"attendance_updates_{live['id']}"
    pia, paul, tom = as_("pia"), as_("paul"), as_("tom")
    [mine] = pia.get(f"{API}/mine").get_json()["items"]
    assert (mine["id"], mine["section_name"], mine["joined_at"]) == (live["id"], "7A", None)

    joined = pia.post(f"{API}/{live['id']}/join", json={}).get_json()
    assert (joined["already"], joined["attended_at"]) == (False, None)
    assert paul.post(f"{API}/{live['id']}/join", json={}).status_code == 200
    first = check_in(pia, live).get_json()
    assert (first["outcome"], first["already"]) == ("created", False)
    assert first["mark"]["status"] == "PRESENT"
    again = check_in(pia, live).get_json()
    assert again == {**first, "already": True}

    stats = tom.get(f"{API}/{live['id']}/stats").get_json()
    recent = stats.pop("recent_check_ins")
    assert [line["name"] for line in recent] == ["Pia Park"]
    assert stats == {
        "total_students": 2,
        "students_joined": 2,
        "students_present": 1,
        "present_percentage": 50.0,
    }
    lines = tom.get(f"{API}/{live['id']}/check-ins").get_json()["items"]
    told = {line["name"]: (line["standing"], line["source"]) for line in lines}
    assert told == {"Pia Park": ("present", "SELF"), "Paul Pavlov": ("joined", None)}
    [entry] = [entry for entry in audited() if entry.what == "mark"]
    assert (entry.student_id, entry.actor_id) == (founded.pia, founded.pia)
    assert (entry.actor_name, entry.actor_role, entry.source) == ("Pia Park", "student", 3)


def test_a_late_student_is_late_by_the_minutes_since_the_beginning(
    founded: World, start: Start, as_: As, change: Change, count: Count
) -> None:
    change("attendance_settings", late_after_minutes=5, closed_after_minutes=5)
    far = {"section_id": str(founded.homeroom_7a), "begins_at": "2020-01-01T00:00:00Z"}
    refused = as_("tom").post(f"{API}/live", json=far)
    assert (refused.status_code, count("live_session")) == (422, 0)
    begins_at = now() - dt.timedelta(minutes=12)
    live = start(begins_at=begins_at.isoformat())
    mark = check_in(as_("pia"), live).get_json()["mark"]
    assert (mark["status"], mark["minutes_late"]) == ("LATE", 12)


def test_what_a_teacher_marked_stands(start: Start, as_: As, founded: World) -> None:
    tom = as_("tom")
    record = {"student_id": str(founded.pia), "status": "ABSENT"}
    body = {"date": str(founded.today), "section_id": str(founded.homeroom_7a), "records": [record]}
    marked = tom.post("/api/v1/school/attendance", json=body, headers={"Prefer": "wait=5"})
    assert marked.status_code == 200, marked.text
    live = start()
    answer = check_in(as_("pia"), live).get_json()
    assert (answer["outcome"], answer["mark"]["status"]) == ("kept", "ABSENT")


def test_steering_is_told_and_holds(start: Start, as_: As, count: Count) -> None:
    live, tom, pia, paul = start(join_required=True), as_("tom"), as_("pia"), as_("paul")
    one = f"{API}/{live['id']}"
    assert error_of(check_in(pia, live)) == "join_first"
    pia.post(f"{one}/join", json={})
    assert tom.put(f"{one}/lock", json={}).get_json()["sessions"][0]["locked"] is True
    assert error_of(paul.post(f"{one}/join", json={})) == "session_locked"
    assert tom.put(f"{one}/pause", json={}).get_json()["state"] == "paused"
    assert error_of(check_in(pia, live)) == "session_paused"
    assert tom.get(f"{one}/qr").get_json()["visible"] is False
    assert count("student_attendance") == 0
    tom.delete(f"{one}/pause")
    assert check_in(pia, live).status_code == 200
    assert tom.delete(f"{one}/lock").get_json()["sessions"][0]["locked"] is False
    assert tom.delete(f"{one}/qr-visibility").get_json()["sessions"][0]["qr_visible"] is False
    hidden = tom.get(f"{one}/qr").get_json()
    assert (hidden["visible"], hidden["token"], hidden["typed_code"]) == (False, None, None)
    assert tom.put(f"{one}/qr-visibility", json={}).status_code == 200
    assert tom.put(f"{one}/end", json={}).get_json()["state"] == "ended"
    assert error_of(tom.put(f"{one}/lock", json={})) == "session_ended"
    assert error_of(paul.post(f"{one}/join", json={})) == "session_ended"
    assert error_of(check_in(paul, live)) == "session_ended"
    assert pia.get(f"{API}/mine").get_json()["items"] == []
    assert (count("check_in"), count("student_attendance")) == (1, 1)


def test_a_class_has_one_session_at_a_time(start: Start, as_: As, founded: World) -> None:
    live = start()
    body = {"section_id": str(founded.homeroom_7a)}
    again = as_("cora").post(f"{API}/live", json=body)
    assert (again.status_code, error_of(again)) == (409, "already_live")
    as_("cora").put(f"{API}/{live['id']}/end", json={})
    assert as_("cora").post(f"{API}/live", json=body).status_code == 201


def test_a_group_shares_its_code_and_counts_a_student_once(
    founded: World, start: Start, as_: As, owner: Any, world: World
) -> None:
    owner.execute(
        "INSERT INTO enrolment (school_id, id, section_id, person_id, role, starts_on) "
        "SELECT school_id, gen_random_uuid(), %s, person_id, role, starts_on FROM enrolment "
        "WHERE person_id = %s AND section_id = %s",
        [world.homeroom_7b, world.pia, world.homeroom_7a],
    )
    sections = [str(founded.homeroom_7a), str(founded.homeroom_7b)]
    live = start("olive", section_ids=sections)
    assert live["kind"] == "group"
    assert {each["group_id"] for each in live["sessions"]} == {live["id"]}
    assert check_in(as_("quinn"), live).get_json()["section_name"] == "7B"
    of_7a = next(each for each in live["sessions"] if each["section_name"] == "7A")
    assert check_in(as_("pia"), {**live, "id": of_7a["id"]}).status_code == 200
    olive = as_("olive")
    stats = olive.get(f"{API}/groups/{live['id']}/stats").get_json()
    told = (stats["total_students"], stats["students_joined"], stats["students_present"])
    assert told == (3, 2, 2)
    for each in live["sessions"]:
        assert olive.get(f"{API}/{each['id']}/stats").get_json()["students_present"] in {1, 2}
    assert as_("tom").get(f"{API}/{live['id']}").status_code == 403
    assert as_("tom").get(f"{API}/{of_7a['id']}").status_code == 200
    ended = olive.put(f"{API}/{live['id']}/end", json={}).get_json()
    assert {each["state"] for each in ended["sessions"]} == {"ended"}


def test_the_typed_code_does_the_same_in_small_letters_and_with_gaps(start: Start, as_: As) -> None:
    live = start()
    typed = live["qr"]["typed_code"].lower()
    answer = check_in(as_("pia"), live, typed_code=f"{typed[:3]} {typed[3:]}")
    assert answer.status_code == 200, answer.text


def test_typed_codes_cannot_be_guessed_at_length(start: Start, as_: As, count: Count) -> None:
    live, pia = start(), as_("pia")
    told = [check_in(pia, live, typed_code=f"AAAA{n:02}").status_code for n in range(22)]
    assert told[:20] == [422] * 20
    assert told[20:] == [429, 429]
    assert count("check_in") == 0


def test_a_claim_outlives_the_code_and_is_used_once_by_its_student(
    start: Start, as_: As, count: Count
) -> None:
    live, pia, paul = start(single_use=True), as_("pia"), as_("paul")
    said = {"token": live["qr"]["token"], "device": "phone of pia"}
    claimed = pia.post(f"{API}/{live['id']}/claims", json=said).get_json()
    assert claimed["expires_in"] == 300
    stolen = check_in(paul, live, claim=claimed["claim"])
    assert (stolen.status_code, error_of(stolen)) == (422, "code_wrong")
    elsewhere = check_in(pia, live, claim=claimed["claim"], device="another phone")
    assert error_of(elsewhere) == "code_wrong"
    assert count("check_in") == 0
    assert check_in(pia, live, claim=claimed["claim"]).status_code == 200
    again = check_in(pia, live, claim=claimed["claim"])
    assert (again.status_code, error_of(again)) == (409, "claim_used")
    assert count("check_in") == 1


def test_the_address_of_the_code_survives_signing_in(
    founded: World, start: Start, app: Any, visiting: Callable[..., Visitor], count: Count
) -> None:
    live = start()
    path = live["qr"]["url"].removeprefix("http://localhost")
    phone = app.test_client()
    kept = phone.get(path)
    assert (kept.status_code, kept.location) == (302, f"/check-in/{live['id']}")
    asked = phone.get(kept.location)
    assert asked.location == f"/sign-in?next=/check-in/{live['id']}"
    signed_in = phone.post(asked.location, data={**founded.login("pia"), "next": kept.location})
    assert signed_in.location == kept.location
    page = phone.get(kept.location)
    assert "The code on the screen was scanned." in page.text
    csrf = phone.get_cookie("csrf").value
    done = phone.post(kept.location, data={"csrf_token": csrf})
    assert done.status_code == 302, done.text
    assert "You are checked in." in phone.get(kept.location).text
    assert count("student_attendance") == 1


def test_ending_gives_the_rest_the_schools_code_or_leaves_them_unmarked(
    founded: World, start: Start, as_: As, count: Count
) -> None:
    ada = as_("ada")
    settings = "/api/v1/school/attendance/settings"
    wrong = ada.patch(settings, json={"session_end_code": "QQ"})
    assert (wrong.status_code, list(wrong.get_json()["error"]["fields"])) == (
        422,
        ["session_end_code"],
    )
    live = start()
    check_in(as_("pia"), live)
    as_("tom").put(f"{API}/{live['id']}/end", json={})
    assert count("student_attendance") == 1
    codes = ada.get("/api/v1/school/attendance/codes").get_json()["items"]
    absent = next(code["code"] for code in codes if code["status"] == "ABSENT")
    assert ada.patch(settings, json={"session_end_code": absent}).status_code == 200
    as_("tom").put(f"{API}/{start()['id']}/end", json={})
    place = f"{founded.homeroom_7a}/{founded.today}/1"
    register = as_("tom").get(f"/api/v1/school/attendance/registers/{place}").get_json()
    marks = {each["name"]: each["mark"] for each in register["students"]}
    assert marks["Pia Park"]["source"] == "SELF"
    assert (marks["Paul Pavlov"]["code"], marks["Paul Pavlov"]["source"]) == (absent, "SYSTEM")


def test_exports_hold_everybody_on_the_list(start: Start, as_: As) -> None:
    live = start()
    check_in(as_("pia"), live)
    tom = as_("tom")
    written = tom.get(f"{API}/{live['id']}/export.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written)))
    book = load_workbook(io.BytesIO(tom.get(f"{API}/{live['id']}/export.xlsx").data))
    for table in (rows, [[cell.value for cell in row] for row in book.active.rows]):
        assert [row[1] for row in table] == ["Student", "Pia Park", "Paul Pavlov"]


def test_sessions_are_listed_to_those_whose_they_are(start: Start, as_: As) -> None:
    first = start()
    as_("tom").put(f"{API}/{first['id']}/end", json={})
    second = start()
    for who, ids in (("tom", 2), ("olive", 2), ("tara", 0), ("cora", 2)):
        found = as_(who).get(f"{API}/live").get_json()["items"]
        assert len(found) == ids, who
    page = as_("tom").get(f"{API}/live?limit=1").get_json()
    assert [each["id"] for each in page["items"]] == [second["id"]]
    rest = as_("tom").get(f"{API}/live?limit=1&cursor={page['next_cursor']}").get_json()
    assert [each["id"] for each in rest["items"]] == [first["id"]]
    still = as_("tom").get(f"{API}/live?open=true").get_json()["items"]
    assert [each["id"] for each in still] == [second["id"]]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"token": "8.1.AAAAAAAAAAAAAAAA"}, "code_wrong"),
        ({"token": "x" * 200}, "code_wrong"),
        ({"typed_code": "222222"}, "code_wrong"),
        ({"claim": "1.2.3.4"}, "code_wrong"),
        ({"token": "x", "typed_code": "y"}, "invalid"),
        ({"location": {"latitude": 91, "longitude": 0}}, "invalid"),
        ({"location": {"latitude": "NaN", "longitude": 0}}, "invalid"),
        ({"location": {"latitude": 1e400, "longitude": 0}}, "invalid"),
        ({"location": {"latitude": True, "longitude": 0}}, "invalid"),
        ({"location": {"latitude": 1, "longitude": 0, "accuracy": -1}}, "invalid"),
        ({"scanned_at": "yesterday"}, "invalid"),
        ({"device": "d" * 201}, "invalid"),
    ],
)
def test_what_is_no_code_and_no_place_changes_nothing(
    start: Start, as_: As, count: Count, said: dict[str, Any], code: str
) -> None:
    answer = check_in(as_("pia"), start(), **said)
    assert (answer.status_code, error_of(answer)) == (422, code), answer.text
    assert (count("check_in"), count("student_attendance")) == (0, 0)


def at_once(many: int, act: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(act, range(many)))


def test_of_a_hundred_redeems_of_one_claim_one_succeeds(
    start: Start, as_: As, count: Count
) -> None:
    live, pia = start(single_use=True), as_("pia")
    said = {"token": live["qr"]["token"], "device": "phone of pia"}
    claim = pia.post(f"{API}/{live['id']}/claims", json=said).get_json()["claim"]
    body = {"claim": claim, "device": "phone of pia"}

    def redeem(_number: int) -> int:
        path = f"{API}/{live['id']}/attendance"
        return (
            pia.client.application.test_client()
            .post(path, json=body, headers=pia.headers)
            .status_code
        )

    assert Counter(at_once(100, redeem)) == {200: 1, 409: 99}
    assert (count("check_in"), count("student_attendance")) == (1, 1)


def test_six_hundred_requests_with_one_token_are_one_check_in(
    start: Start, as_: As, count: Count, founded: World
) -> None:
    live, pia, tom = start(), as_("pia"), as_("tom")

    def send(_number: int) -> bool:
        path = f"{API}/{live['id']}/attendance"
        client = pia.client.application.test_client()
        answer = client.post(path, json={"token": live["qr"]["token"]}, headers=pia.headers)
        assert answer.status_code == 200, answer.text
        return bool(answer.get_json()["already"])

    assert Counter(at_once(600, send)) == {False: 1, True: 599}
    assert (count("check_in"), count("student_attendance")) == (1, 1)
    place = f"{founded.homeroom_7a}/{founded.today}/1"
    register = tom.get(f"/api/v1/school/attendance/registers/{place}").get_json()
    assert register["version"] == 1
    assert tom.get(f"{API}/{live['id']}/stats").get_json()["students_present"] == 1


def test_under_eventlet_too_what_comes_together_is_done_together(
    web: Web, start: Start, as_: As, count: Count
) -> None:
    live, callers = start(single_use=True), [as_("pia"), as_("paul")]
    path = f"{web.url}{API}/{live['id']}/attendance"
    body = {"token": live["qr"]["token"]}

    def send(number: int) -> tuple[str, int]:
        caller = callers[number % 2]
        answer = requests.post(path, json=body, headers=caller.headers, timeout=20)
        return caller.who, answer.status_code

    told = Counter(at_once(60, send))
    assert told == {("pia", 200): 1, ("pia", 409): 29, ("paul", 200): 1, ("paul", 409): 29}
    assert (count("check_in"), count("student_attendance")) == (2, 2)
