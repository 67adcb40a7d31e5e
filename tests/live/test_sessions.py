"""A teacher starts, students come, and what is counted is what happened."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook

from school_erp.core.clock import now
from tests.live.checking_in import API, As, Change, Count, check_in, error_of
from tests.live.conftest import Start
from tests.world import World


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


def test_a_student_who_comes_after_the_close_is_there_and_has_missed_the_session(
    founded: World, start: Start, as_: As, change: Change
) -> None:
    change("attendance_settings", late_after_minutes=5, closed_after_minutes=10)
    code = {
        "code": "U",
        "label": "After the close",
        "status": "LATE",
        "statistical_class": "unauthorised",
        "roles": ["teacher"],
    }
    assert as_("ada").post("/api/v1/school/attendance/codes", json=code).status_code == 201
    live = start(begins_at=(now() - dt.timedelta(minutes=12)).isoformat())
    mark = check_in(as_("pia"), live).get_json()["mark"]
    assert (mark["status"], mark["code"], mark["minutes_late"]) == ("LATE", "U", 12)
    stats = as_("tom").get(f"{API}/{live['id']}/stats").get_json()
    assert stats["students_present"] == 1


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
