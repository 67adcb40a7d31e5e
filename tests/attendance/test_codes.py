from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.vocabulary import Mode
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from tests.attendance.test_settings import fields_of
from tests.world import Caller, World

As = Callable[..., Caller]
Count = Callable[[str], int]
URL = "/api/v1/school/attendance/codes"
DAY = dt.timedelta(days=1)


def a_code(**changed: Any) -> dict[str, Any]:
    return {
        "code": "M",
        "label": "Medical",
        "status": "EXCUSED",
        "statistical_class": "authorised",
        "roles": ["admin", "officer"],
        **changed,
    }


def named(caller: Caller, code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        each for each in caller.get(URL).get_json()["items"] if each["code"] == code
    )
    return found


@pytest.fixture
def pia_was_absent(as_: As, founded: World) -> World:
    """A mark of today with the code A."""
    marking = {
        "date": founded.today.isoformat(),
        "section_id": str(founded.homeroom_7a),
        "period": 1,
        "records": [{"student_id": str(founded.pia), "code": "A"}],
    }
    answer = as_("tom").post(
        "/api/v1/school/attendance", json=marking, headers={"Prefer": "wait=5"}
    )
    assert answer.get_json()["counts"]["created"] == 1
    return founded


def test_the_administrator_adds_a_code_that_the_office_may_then_use(
    as_: As, founded: World, audited: Callable[[], list[Any]]
) -> None:
    ada = as_("ada")
    answer = ada.post(URL, json=a_code(reason="New rules"))
    assert answer.status_code == 201, answer.text
    added = answer.get_json()
    assert (added["code"], added["roles"], added["colour"]) == ("M", ["admin", "officer"], "grey")
    assert added["starts_on"] == founded.today.isoformat()
    [entry] = audited()
    assert (entry.what, entry.before, entry.after["code"], entry.reason) == (
        "code",
        None,
        "M",
        "New rules",
    )
    mark = {
        "date": founded.today.isoformat(),
        "section_id": str(founded.homeroom_7a),
        "period": 1,
        "records": [{"student_id": str(founded.pia), "code": "M"}],
    }
    assert as_("tom").post("/api/v1/school/attendance", json=mark).status_code == 422
    assert as_("olive").post("/api/v1/school/attendance", json=mark).status_code == 202


def test_a_code_in_use_cannot_be_deleted_only_ended(as_: As, pia_was_absent: World) -> None:
    ada = as_("ada")
    code = named(ada, "A")
    refused = ada.delete(f"{URL}/{code['id']}")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "code_in_use")
    yesterday = (pia_was_absent.today - DAY).isoformat()
    assert ada.patch(f"{URL}/{code['id']}", json={"ends_on": yesterday}).status_code == 422
    today = pia_was_absent.today.isoformat()
    ended = ada.patch(f"{URL}/{code['id']}", json={"ends_on": today})
    assert (ended.status_code, ended.get_json()["ends_on"]) == (200, today)
    assert named(ada, "A")["ends_on"] == today


def test_a_code_nobody_used_is_deleted_and_the_audit_keeps_what_it_was(
    as_: As, founded: World, audited: Callable[[], list[Any]]
) -> None:
    ada = as_("ada")
    assert ada.delete(f"{URL}/{named(ada, 'E')['id']}").status_code == 204
    assert [code["code"] for code in ada.get(URL).get_json()["items"]] == ["P", "A", "L"]
    assert audited()[-1].before["label"] == "Excused"


def test_a_new_meaning_of_a_code_in_use_leaves_old_marks_their_old_one(
    as_: As, pia_was_absent: World
) -> None:
    ada = as_("ada")
    old = named(ada, "A")
    answer = ada.patch(f"{URL}/{old['id']}", json={"statistical_class": "authorised"})
    assert answer.status_code == 200, answer.text
    new = answer.get_json()
    today, tomorrow = pia_was_absent.today, pia_was_absent.today + DAY
    assert new["id"] != old["id"]
    assert (new["starts_on"], new["statistical_class"]) == (tomorrow.isoformat(), "authorised")
    rows = [code for code in ada.get(URL).get_json()["items"] if code["code"] == "A"]
    assert [(row["statistical_class"], row["ends_on"]) for row in rows] == [
        ("unauthorised", today.isoformat()),
        ("authorised", None),
    ]
    too_early = {"label": "Gone", "starts_on": today.isoformat()}
    assert ada.patch(f"{URL}/{old['id']}", json=too_early).status_code == 422
    assert ada.patch(f"{URL}/{old['id']}", json={"code": "AA"}).status_code == 422


def test_looks_and_rights_of_a_code_in_use_change_in_place(
    as_: As, pia_was_absent: World, count: Count
) -> None:
    ada = as_("ada")
    code = named(ada, "A")
    before = count("attendance_code")
    change = {"colour": "amber", "position": 9, "roles": ["officer", "admin", "officer"]}
    answer = ada.patch(f"{URL}/{code['id']}", json=change).get_json()
    assert (answer["id"], answer["colour"], answer["roles"]) == (
        code["id"],
        "amber",
        ["admin", "officer"],
    )
    assert count("attendance_code") == before


def test_both_slashes_come_back_as_they_went_in(as_: As, app: Flask, world: World) -> None:
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        found_attendance(world.school_id, Mode.DAILY, "england-2024", dt.date(2020, 1, 1), 2)
    ada = as_("ada")
    codes = {code["code"]: code for code in ada.get(URL).get_json()["items"]}
    assert (codes["/"]["slot"], codes["\\"]["slot"]) == (1, 2)
    for slash in ("/", "\\"):
        code_id = codes[slash]["id"]
        assert ada.get(f"{URL}/{code_id}").get_json()["code"] == slash
        page = f"/attendance/codes/{code_id}"
        form = fields_of(ada.get(page).text) | {"roles": ["admin", "officer", "teacher"]}
        assert form["code"] == slash
        assert ada.post(page, data={**form, "label": "Here"}).status_code == 302
        assert named(ada, slash)["label"] == "Here"
        marked = ada.post(
            "/api/v1/school/attendance",
            json={
                "date": world.today.isoformat(),
                "section_id": str(world.homeroom_7a),
                "period": codes[slash]["slot"],
                "records": [{"student_id": str(world.pia), "status": "PRESENT"}],
            },
            headers={"Prefer": "wait=5"},
        )
        assert marked.get_json()["records"][0]["mark"]["code"] == slash


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "A"}, "code"),
        ({"code": "LONGER"}, "code"),
        ({"code": "A B"}, "code"),
        ({"code": "\x00"}, "code"),
        ({"code": ""}, "code"),
        ({"label": "x" * 81}, "label"),
        ({"status": "SICK"}, "status"),
        ({"statistical_class": None}, "statistical_class"),
        ({"roles": []}, "roles"),
        ({"roles": ["student"]}, "roles"),
        ({"roles": "admin"}, "roles"),
        ({"colour": "url(evil)"}, "colour"),
        ({"slot": 0}, "slot"),
        ({"position": "first"}, "position"),
        ({"starts_on": "2026-09-31"}, "starts_on"),
        ({"starts_on": "2026-09-02", "ends_on": "2026-09-01"}, "ends_on"),
        ({"school_id": "1"}, "school_id"),
    ],
)
def test_a_code_that_cannot_be_is_refused_and_nothing_changes(
    as_: As, founded: World, count: Count, wrong: dict[str, Any], field: str
) -> None:
    answer = as_("ada").post(URL, json=a_code(**wrong))
    assert answer.status_code == 422, answer.text
    assert list(answer.get_json()["error"]["fields"]) == [field]
    assert (count("attendance_code"), count("attendance_audit_log")) == (4, 0)


def test_only_the_administrator_changes_codes_and_only_of_the_own_school(
    as_: As, founded: World, elsewhere: World
) -> None:
    code = named(as_("ada"), "A")
    for who in ("olive", "tom"):
        caller = as_(who)
        assert caller.get(URL).status_code == 200
        assert caller.post(URL, json=a_code()).status_code == 403
        assert caller.patch(f"{URL}/{code['id']}", json={"label": "x"}).status_code == 403
        assert caller.delete(f"{URL}/{code['id']}").status_code == 403
        assert caller.get(f"/attendance/codes/{code['id']}").status_code == 403
    stranger = as_("ada", elsewhere)
    assert stranger.get(f"{URL}/{code['id']}").status_code == 404
    assert stranger.delete(f"{URL}/{code['id']}").status_code == 404


def test_the_office_works_with_codes_on_pages(as_: As, pia_was_absent: World, app: Flask) -> None:
    ada = as_("ada")
    page = ada.get("/attendance/codes").text
    assert "Add a code" in page
    assert "Add a code" not in as_("tom").get("/attendance/codes").text
    added = ada.post("/attendance/codes/new", data=a_code(colour="blue", position="7"))
    assert added.status_code == 302, added.text
    wrong = ada.post("/attendance/codes/new", data=a_code())
    assert wrong.status_code == 422
    assert "There is already a code M" in wrong.text
    used = f"/attendance/codes/{named(ada, 'A')['id']}"
    assert ada.post(f"{used}/delete").status_code == 302
    assert "cannot be deleted" in ada.get(used).text
    unused = f"/attendance/codes/{named(ada, 'M')['id']}"
    assert ada.post(f"{unused}/delete").headers["Location"] == "/attendance/codes"
    with app.app_context(), acting_for(pia_was_absent.school_id):
        assert db.session.scalar(text("SELECT count(*) FROM attendance_code")) == 4


def test_the_code_given_when_sessions_end_goes_on_until_another_is_chosen(
    as_: As, founded: World, count: Count
) -> None:
    ada = as_("ada")
    settings = "/api/v1/school/attendance/settings"
    assert ada.patch(settings, json={"session_end_code": "E"}).status_code == 200
    noted = count("attendance_audit_log")
    given = f"{URL}/{named(ada, 'E')['id']}"
    tomorrow = (founded.today + DAY).isoformat()
    for refused in (
        ada.delete(given),
        ada.patch(given, json={"ends_on": tomorrow}),
        ada.patch(given, json={"code": "EX"}),
    ):
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "code_given")
    assert ada.patch(given, json={"label": "Missed the end"}).status_code == 200
    assert count("attendance_audit_log") == noted + 1
    assert ada.patch(settings, json={"session_end_code": "A"}).status_code == 200
    assert ada.patch(given, json={"ends_on": tomorrow}).status_code == 200
    assert ada.delete(given).status_code == 204


def test_a_code_that_an_absence_told_ahead_suggests_is_not_deleted(
    as_: As, founded: World, owner: psycopg.Connection[Any]
) -> None:
    ada = as_("ada")
    owner.execute(
        "INSERT INTO announced_absence (school_id, student_id, date, slot, announced_by, code)"
        " VALUES (%s, %s, %s, 0, gen_random_uuid(), 'E')",
        [founded.school_id, founded.pia, founded.today + 7 * DAY],
    )
    refused = ada.delete(f"{URL}/{named(ada, 'E')['id']}")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "code_in_use")
    assert "told ahead" in refused.get_json()["error"]["message"]
    assert named(ada, "E")["label"] == "Excused"


def test_a_code_is_used_on_its_own_days_alone(as_: As, founded: World) -> None:
    ada, olive, today = as_("ada"), as_("olive"), founded.today
    first, last = today - 10 * DAY, today - 5 * DAY
    body = a_code(starts_on=first.isoformat(), ends_on=last.isoformat())
    assert ada.post(URL, json=body).status_code == 201
    assert "M" not in {it["code"] for it in olive.get(f"{URL}?on={today}").get_json()["items"]}

    def outcome(day: dt.date) -> str:
        mark = f"/api/v1/school/attendance/marks/{founded.pia}/{day.isoformat()}/1"
        answer = olive.patch(mark, json={"code": "M"}).get_json()
        said: str = answer["error"]["code"] if "error" in answer else answer["outcome"]
        return said

    days = (first - DAY, first, last, last + DAY, today)
    assert [outcome(day) for day in days] == [
        *("unknown_code", "created", "created", "unknown_code", "unknown_code"),
    ]
