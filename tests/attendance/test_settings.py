from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.world import Caller, World

As = Callable[..., Caller]
Count = Callable[[str], int]
URL = "/api/v1/school/attendance/settings"


def test_a_school_that_has_not_chosen_sees_what_founding_would_give_it(
    as_: As, world: World
) -> None:
    ada = as_("ada")
    before = ada.get(URL).get_json()
    assert before["founded"] is False
    answer = ada.post(f"{URL}/founding", json={"mode": "DAILY", "pack": "simple"})
    assert answer.status_code == 201
    after = answer.get_json()
    assert after["founded"] is True
    for settings in (before, after):
        del settings["founded"], settings["version"]
    assert before == after


def test_a_school_that_has_not_chosen_is_told_so_and_nothing_breaks(as_: As, world: World) -> None:
    ada = as_("ada")
    base = "/api/v1/school/attendance"
    today = world.today.isoformat()
    record = {"student_id": str(world.pia), "status": "PRESENT"}
    marking = {
        "date": today,
        "section_id": str(world.homeroom_7a),
        "period": 1,
        "records": [record],
    }
    answers = [
        ada.get(f"{base}/registers"),
        ada.get(f"{base}/registers/{world.homeroom_7a}/{today}/1"),
        ada.post(base, json=marking),
        ada.patch(URL, json={"backdate_days": 3}),
    ]
    assert [answer.status_code for answer in answers] == [409] * 4
    assert {answer.get_json()["error"]["code"] for answer in answers} == {"attendance_not_set_up"}


def test_founding_happens_once(as_: As, founded: World, count: Count) -> None:
    codes = count("attendance_code")
    again = as_("ada").post(f"{URL}/founding", json={"mode": "PERIOD", "pack": "england-2024"})
    assert again.status_code == 409
    assert as_("ada").get(URL).get_json()["attendance_mode"] == "DAILY"
    assert count("attendance_code") == codes


def test_the_administrator_changes_a_rule_and_the_audit_says_what_and_why(
    as_: As, founded: World, audited: Callable[[], list[Any]]
) -> None:
    answer = as_("ada").patch(
        URL,
        json={
            "backdate_days": 5,
            "morning_at": "09:05",
            "thresholds": {"early": 96},
            "reason": "Snow week",
        },
    )
    assert answer.status_code == 200, answer.text
    said = answer.get_json()
    assert (said["backdate_days"], said["morning_at"], said["version"]) == (5, "09:05", 2)
    assert said["thresholds"] == {"early": 96, "line": 90, "severe": 50, "least_sessions": 10}
    [entry] = audited()
    assert entry.what == "settings"
    assert entry.before["backdate_days"] == 1
    assert entry.after["backdate_days"] == 5
    assert entry.after["morning_at"] == "09:05"
    assert set(entry.after) == {"backdate_days", "morning_at", "thresholds"}
    assert (entry.reason, entry.actor_name, entry.actor_role) == (
        "Snow week",
        "Ada Lovelace-Brown",
        "admin",
    )


def test_a_change_counts_at_once_for_the_next_mark(as_: As, founded: World) -> None:
    earlier = (founded.today.fromordinal(founded.today.toordinal() - 3)).isoformat()
    marking = {
        "date": earlier,
        "section_id": str(founded.homeroom_7a),
        "period": 1,
        "records": [{"student_id": str(founded.pia), "status": "PRESENT"}],
    }
    tom = as_("tom")
    assert tom.post("/api/v1/school/attendance", json=marking).status_code == 422
    assert as_("ada").patch(URL, json={"backdate_days": 3}).status_code == 200
    assert tom.post("/api/v1/school/attendance", json=marking).status_code == 202


def test_every_process_goes_by_a_change_at_once(
    as_: As, another_app: Callable[..., Flask], founded: World
) -> None:
    """Also one that has marked by the old rules already."""
    ada, tom = as_("ada"), Caller(another_app(), founded, "tom")
    tomorrow = founded.today.fromordinal(founded.today.toordinal() + 1)
    plan = f"/api/v1/school/attendance/marks/{founded.pia}/{tomorrow}/1"

    def fault(**said: str) -> str | None:
        answer = tom.patch(plan, json=said).get_json()
        code: str | None = answer["error"]["code"] if "error" in answer else None
        return code

    assert fault(code="D") == "future_date"
    assert ada.patch(URL, json={"allow_future_date": True}).status_code == 200
    assert fault(code="D") == "unknown_code"
    code = {
        "code": "D",
        "label": "Dentist",
        "status": "EXCUSED",
        "statistical_class": "authorised",
        "roles": ["teacher"],
    }
    added = ada.post("/api/v1/school/attendance/codes", json=code).get_json()
    assert fault(code="D") == "not_in_advance"
    change = {"allowed_in_advance": True}
    ada.patch(f"/api/v1/school/attendance/codes/{added['id']}", json=change)
    assert fault(code="D") is None
    assert ada.patch(URL, json={"allow_future_date": False}).status_code == 200
    assert fault(status="PRESENT") == "future_date"


def test_saving_the_same_again_changes_nothing(as_: As, founded: World, count: Count) -> None:
    assert as_("ada").patch(URL, json={"backdate_days": 1}).get_json()["version"] == 1
    assert count("attendance_audit_log") == 0


def test_of_two_who_edit_at_once_the_second_is_told(as_: As, founded: World) -> None:
    ada = as_("ada")
    assert ada.patch(URL, json={"backdate_days": 2, "base_version": 1}).status_code == 200
    second = ada.patch(URL, json={"backdate_days": 9, "base_version": 1})
    assert (second.status_code, second.get_json()["error"]["code"]) == (409, "settings_changed")
    assert ada.get(URL).get_json()["backdate_days"] == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"backdate_days": -1}, "backdate_days"),
        ({"backdate_days": 367}, "backdate_days"),
        ({"backdate_days": "three"}, "backdate_days"),
        ({"backdate_days": 1.5}, "backdate_days"),
        ({"backdate_days": 100}, "office_backdate_days"),
        ({"office_backdate_days": 0}, "office_backdate_days"),
        ({"closed_after_minutes": 5}, "closed_after_minutes"),
        ({"daily_sessions": 3}, "daily_sessions"),
        ({"daily_sessions": 2, "afternoon_at": "08:00"}, "afternoon_at"),
        ({"morning_at": "25:00"}, "morning_at"),
        ({"morning_at": "08:00+02:00"}, "morning_at"),
        ({"attendance_mode": "WEEKLY"}, "attendance_mode"),
        ({"daily_rule": None}, "daily_rule"),
        ({"geofence_metres": 1}, "geofence_metres"),
        ({"qr_step_seconds": 10**30}, "qr_step_seconds"),
        ({"thresholds": {"severe": 95}}, "thresholds"),
        ({"thresholds": {"cheese": 1}}, "thresholds"),
        ({"reason": "a\x00b"}, "reason"),
        ({"version": 7}, "version"),
        ({"school_id": "7"}, "school_id"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_and_nothing_changes(
    as_: As, founded: World, count: Count, wrong: dict[str, Any], field: str
) -> None:
    ada = as_("ada")
    before = ada.get(URL).get_json()
    answer = ada.patch(URL, json={"notification_on_absent": False, **wrong})
    assert answer.status_code == 422, answer.text
    assert list(answer.get_json()["error"]["fields"]) == [field]
    assert ada.get(URL).get_json() == before
    assert count("attendance_audit_log") == 0


def test_only_the_administrator_changes_rules(as_: As, founded: World) -> None:
    for who in ("olive", "tom", "sam"):
        caller = as_(who)
        assert caller.get(URL).status_code == 200
        assert caller.patch(URL, json={"backdate_days": 2}).status_code == 403
    for who in ("pia", "gwen"):
        assert as_(who).get(URL).status_code == 403


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send if nobody touched the form."""
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            fields[name[1]] = value[1]
        if name and 'type="checkbox"' in tag and not re.search(r"\bchecked\b", tag):
            fields.pop(name[1], None)
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)"\s+selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def test_the_page_saved_as_it_is_changes_nothing(as_: As, founded: World, count: Count) -> None:
    ada = as_("ada")
    form = fields_of(ada.get("/attendance/settings").text)
    assert ada.post("/attendance/settings", data=form).status_code == 302
    assert "Nothing was changed" in ada.get("/attendance/settings").text
    blank = ada.post("/attendance/settings", data={**form, "morning_at": "", "line": " "})
    assert blank.status_code == 422
    assert blank.text.count('class="field-error mb-0"') == 2
    assert count("attendance_audit_log") == 0
    assert ada.get(URL).get_json()["version"] == 1


def test_the_page_saves_what_was_typed_and_says_what_is_wrong_beside_it(
    as_: As, founded: World
) -> None:
    ada = as_("ada")
    form = fields_of(ada.get("/attendance/settings").text)
    saved = ada.post(
        "/attendance/settings",
        data={**form, "backdate_days": "4", "geofence_metres": "120", "severe": "40"},
    )
    assert saved.status_code == 302, saved.text
    assert "Saved. The rules hold at once" in ada.get("/attendance/settings").text
    now = ada.get(URL).get_json()
    assert (now["backdate_days"], now["geofence_metres"], now["thresholds"]["severe"]) == (
        4,
        120,
        40,
    )
    stale = ada.post("/attendance/settings", data={**form, "backdate_days": "6"})
    assert stale.status_code == 422
    assert "Somebody else changed the settings" in stale.text
    form = fields_of(ada.get("/attendance/settings").text)
    wrong = ada.post("/attendance/settings", data={**form, "closed_after_minutes": "1"})
    assert wrong.status_code == 422
    assert "cannot close before lateness begins" in wrong.text


def test_the_first_visit_of_an_administrator_sets_attendance_up(as_: As, world: World) -> None:
    ada = as_("ada")
    assert "How does your school take attendance?" in ada.get("/attendance/settings").text
    form = {"mode": "DAILY-2", "pack": "england-2024"}
    assert ada.post("/attendance/settings/founding", data=form).status_code == 302
    said = ada.get(URL).get_json()
    assert (said["attendance_mode"], said["daily_sessions"]) == ("DAILY", 2)
    [entry] = ada.get("/api/v1/school/attendance/audit").get_json()["items"]
    assert (entry["what"], entry["before"], entry["actor_role"]) == ("settings", None, "admin")
    assert entry["after"] == {
        "attendance_mode": "DAILY",
        "daily_sessions": 2,
        "pack": "england-2024",
    }
    assert ada.post("/attendance/settings/founding", data=form).status_code == 422


def test_a_teacher_reads_the_rules_but_cannot_save_them(as_: As, founded: World) -> None:
    tom = as_("tom")
    page = tom.get("/attendance/settings").text
    assert "disabled" in page
    assert 'type="submit">Save' not in page
    assert tom.post("/attendance/settings", data=fields_of(page)).status_code == 403
