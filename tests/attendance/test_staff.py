"""Teachers and other staff by day, marked by the office, and what is shown of it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from school_erp.attendance.actions.staff import mark_staff
from school_erp.attendance.models import AuditEntry
from school_erp.attendance.staff import StaffMarking, StaffRecord
from school_erp.attendance.vocabulary import Source
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from tests.attendance.staff_days import URL, at, body_of, marker, outcomes
from tests.world import Caller, Visitor, World

As = Callable[..., Caller]
Count = Callable[[str], int]
Audited = Callable[[], list[AuditEntry]]
SETTINGS = "/api/v1/school/attendance/settings"


def test_the_office_marks_everybody_and_each_answer_says_what_became_of_it(
    as_: As, founded: World, count: Count, audited: Audited
) -> None:
    olive, yesterday = as_("olive"), founded.today - dt.timedelta(days=1)
    sam = {"code": "L", "checked_in_at": at(founded, "09:10", -1), "remarks": "flat tyre"}
    said = body_of(founded, tom="PRESENT", tara="ABSENT", sam=sam, date=yesterday)
    assert outcomes(olive.post(URL, json=said)) == ["created", "created", "created"]
    assert outcomes(olive.post(URL, json=said)) == ["unchanged", "unchanged", "unchanged"]
    other = body_of(founded, tom="PRESENT", tara="EXCUSED", date=yesterday, reason="called in")
    assert outcomes(olive.post(URL, json=other)) == ["unchanged", "changed"]
    assert count("staff_attendance") == 3
    first, amendment = audited()[0], audited()[-1]
    assert (first.what, first.person_id, first.before) == ("staff", founded.tom, None)
    assert (amendment.person_id, amendment.reason) == (founded.tara, "called in")
    assert amendment.before
    assert amendment.after
    assert (amendment.before["code"], amendment.after["code"]) == ("A", "E")
    assert (amendment.actor_id, amendment.actor_role) == (founded.olive, "officer")
    assert (amendment.source, len(audited())) == (Source.OFFICE, 4)
    assert amendment.request_id


@pytest.mark.parametrize(
    ("said", "days", "code"),
    [
        ({"tom": "PRESENT", "pia": "PRESENT"}, 0, "not_employed"),
        ({"tom": "PRESENT", "gwen": "PRESENT"}, 0, "not_employed"),
        ({"tom": "PRESENT", "sam": "PRESENT"}, 1, "future_date"),
        ({"tom": "PRESENT", "sam": "PRESENT"}, -61, "outside_window"),
        ({"tom": "PRESENT", "sam": {"code": "??"}}, 0, "unknown_code"),
        ({"tom": "PRESENT", "sam": {"status": "LATE", "code": "P"}}, 0, "status_mismatch"),
        ({"sam": {"status": "ABSENT", "checked_in_at": "{00:00}"}}, 0, "was_not_there"),
        ({"sam": {"status": "PRESENT", "checked_out_at": "{00:00}"}}, 0, "in_first"),
        ({"sam": {"status": "PRESENT", "checked_in_at": "{00:00}"}}, -1, "not_that_day"),
    ],
)
def test_one_bad_record_is_named_and_nothing_at_all_is_stored(
    as_: As, founded: World, count: Count, said: dict[str, Any], days: int, code: str
) -> None:
    said = {
        who: {name: it.replace("{00:00}", at(founded, "00:00")) for name, it in each.items()}
        if isinstance(each, dict)
        else each
        for who, each in said.items()
    }
    date = founded.today + dt.timedelta(days=days)
    answer = as_("olive").post(URL, json=body_of(founded, **said, date=date))
    assert answer.status_code == 422
    error = answer.get_json()["error"]
    assert (error["code"], error["records"][-1]["error"]["code"]) == ("marking_refused", code)
    assert error["records"][-1]["error"]["message"]
    assert (count("staff_attendance"), count("attendance_audit_log")) == (0, 0)


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"date": "tomorrow"},
        {"records": []},
        {"records": [{}] * 501},
        {"records": [{"person_id": "nobody", "status": "PRESENT"}]},
        {"records": [{"status": "PRESENT"}]},
        {"records": [{"person_id": "{tom}"}]},
        {"records": [{"person_id": "{tom}", "status": "ASLEEP"}]},
        {"records": [{"person_id": "{tom}", "status": "PRESENT", "checked_in_at": "08:00"}]},
        {"records": [{"person_id": "{tom}", "status": "PRESENT", "base_version": -1}]},
        {"records": [{"person_id": "{tom}", "status": "PRESENT", "minutes_late": 1}]},
        {"records": [{"person_id": "{tom}", "status": "PRESENT", "remarks": "x" * 501}]},
        {"records": [{"person_id": "{tom}", "status": "PRESENT"}], "reason": "x" * 501},
        {"records": [{"person_id": "{tom}", "status": "PRESENT"}], "section_id": "7A"},
    ],
)
def test_a_body_of_another_shape_is_refused(
    as_: As, founded: World, count: Count, bad: dict[str, Any]
) -> None:
    for record in bad.get("records", []):
        if record.get("person_id") == "{tom}":
            record["person_id"] = str(founded.tom)
    said = {"date": founded.today.isoformat(), **bad} if bad else {}
    assert as_("olive").post(URL, json=said).status_code == 422
    assert count("staff_attendance") == 0


def test_somebody_named_twice_and_another_schools_people_are_refused(
    as_: As, founded: World, elsewhere: World, count: Count
) -> None:
    olive, said = as_("olive"), body_of(founded, tom="PRESENT")
    twice = {**said, "records": said["records"] * 2}
    error = olive.post(URL, json=twice).get_json()["error"]
    assert [record["error"]["code"] for record in error["records"]] == ["duplicate_person"]
    foreign = olive.post(URL, json=body_of(elsewhere, tom="PRESENT"))
    assert foreign.get_json()["error"]["records"][0]["error"]["code"] == "not_employed"
    assert olive.get(f"{URL}/{elsewhere.tom}/summary").status_code == 404
    assert count("staff_attendance") == 0


def test_a_stale_version_and_a_missing_reason_leave_the_mark_as_it_is(
    as_: As, founded: World, count: Count
) -> None:
    olive, yesterday = as_("olive"), founded.today - dt.timedelta(days=1)
    olive.post(URL, json=body_of(founded, tom="PRESENT"))
    olive.post(URL, json=body_of(founded, sam="PRESENT", date=yesterday))
    stale = olive.post(
        URL, json=body_of(founded, tom={"status": "ABSENT", "base_version": 7})
    ).get_json()["records"][0]
    assert (stale["outcome"], stale["mark"]["code"], stale["mark"]["version"]) == (
        "conflict",
        "P",
        1,
    )
    silent = olive.post(URL, json=body_of(founded, sam="ABSENT", date=yesterday))
    assert silent.get_json()["error"]["records"][0]["error"]["code"] == "staff_reason_needed"
    assert count("attendance_audit_log") == 2


def test_the_same_request_twice_is_one(as_: As, founded: World, count: Count) -> None:
    olive, said = as_("olive"), body_of(founded, tom="PRESENT")
    answers = [
        olive.post(URL, json=said, headers={"Idempotency-Key": "once"}).get_json() for _ in "12"
    ]
    assert answers[0] == answers[1]
    assert answers[0]["counts"]["created"] == 1
    assert count("attendance_audit_log") == 1


def test_statements_do_not_grow_with_the_staff(
    as_: As, founded: World, statements: list[str]
) -> None:
    olive, sent = as_("olive"), []
    everybody = dict.fromkeys(("ada", "olive", "tom", "tara", "cora", "sam"), "PRESENT")
    olive.post(URL, json=body_of(founded, tara="LATE"))
    for people in ({"tom": "ABSENT"}, everybody):
        del statements[:]
        assert olive.post(URL, json=body_of(founded, **people)).status_code == 200
        sent.append(len(statements))
        del statements[:]
        assert olive.get(URL).status_code == 200
        assert olive.get(f"{URL}/summaries").status_code == 200
        sent.append(len(statements))
    assert sent[0] == sent[2] <= 8
    assert sent[1] == sent[3] <= 12


def test_teachers_see_their_own_line_and_the_office_everybodys(as_: As, founded: World) -> None:
    olive, tom = as_("olive"), as_("tom")
    olive.post(URL, json=body_of(founded, tom="PRESENT", sam="ABSENT"))
    names = [line["name"] for line in olive.get(URL).get_json()["items"]]
    assert names == [
        "Cora Cole", "Ada Lovelace-Brown", "Olive Okafor", "Sam Stone", "Tom Tanner", "Tara Tran",
    ]  # fmt: skip
    first = olive.get(URL, query_string={"limit": 4}).get_json()
    rest = olive.get(URL, query_string={"cursor": first["next_cursor"]}).get_json()
    assert [line["name"] for line in first["items"] + rest["items"]] == names
    [own] = tom.get(URL).get_json()["items"]
    assert (own["name"], own["role"], own["mark"]["code"]) == ("Tom Tanner", "teacher", "P")
    assert [each["name"] for each in tom.get(f"{URL}/summaries").get_json()["items"]] == [
        "Tom Tanner"
    ]
    assert tom.get(f"{URL}/{founded.tom}/summary").status_code == 200
    assert tom.get(f"{URL}/{founded.tara}/summary").status_code == 403
    assert olive.get(f"{URL}/{founded.pia}/summary").status_code == 404
    assert as_("pia").get(URL).status_code == 403
    assert olive.get(URL, query_string={"on": "soon"}).status_code == 422


def test_a_summary_adds_up_with_the_marks_behind_it(as_: As, founded: World) -> None:
    olive, days = as_("olive"), [founded.today - dt.timedelta(days=n) for n in (3, 2, 1)]
    times = {"checked_in_at": at(founded, "08:00", -3), "checked_out_at": at(founded, "16:30", -3)}
    for day, said in zip(days, ({"status": "PRESENT", **times}, "LATE", "ABSENT"), strict=True):
        assert outcomes(olive.post(URL, json=body_of(founded, tom=said, date=day))) == ["created"]
    asked = {"from": days[0].isoformat(), "to": days[-1].isoformat()}
    found = as_("tom").get(f"{URL}/{founded.tom}/summary", query_string=asked).get_json()
    assert found["figures"] == {
        "days": 3, "present": 1, "late": 1, "absent": 1, "excused": 0,
        "percentage": 66.7, "hours": 8.5,
    }  # fmt: skip
    assert [(each["date"], each["mark"]["code"]) for each in found["days"]] == [
        (day.isoformat(), letter) for day, letter in zip(days, "PLA", strict=True)
    ]
    page = olive.get(f"{URL}/summaries", query_string=asked).get_json()["items"]
    assert [each["figures"]["days"] for each in page] == [0, 0, 0, 0, 3, 0]
    backwards = {"from": asked["to"], "to": asked["from"]}
    assert olive.get(f"{URL}/summaries", query_string=backwards).status_code == 422


def test_the_trail_tells_of_staff_by_person(as_: As, open_door: World) -> None:
    olive = as_("olive")
    as_("tom").post(f"{URL}/check-in", json={})
    olive.post(URL, json=body_of(open_door, tom="LATE", sam="PRESENT"))
    asked = {"person_id": str(open_door.tom), "what": "staff"}
    found = olive.get("/api/v1/school/attendance/audit", query_string=asked).get_json()["items"]
    assert [(each["person"], each["source"]) for each in found] == [
        ("Tom Tanner", "OFFICE"),
        ("Tom Tanner", "SELF"),
    ]


def test_the_beginning_of_the_staffs_day_is_a_setting_that_can_be_cleared(
    as_: As, founded: World, audited: Audited
) -> None:
    ada = as_("ada")
    changed = ada.patch(SETTINGS, json={"staff_day_starts_at": "07:45"}).get_json()
    assert changed["staff_day_starts_at"] == "07:45"
    assert ada.patch(SETTINGS, json={"staff_day_starts_at": "25:00"}).status_code == 422
    cleared = ada.patch(SETTINGS, json={"staff_day_starts_at": None}).get_json()
    assert cleared["staff_day_starts_at"] is None
    assert [entry.after for entry in audited()][:2] == [
        {"staff_day_starts_at": "07:45"},
        {"staff_day_starts_at": None},
    ]


def test_of_two_in_the_office_at_once_the_second_is_told_and_overwrites_nothing(
    app: Flask, founded: World, count: Count
) -> None:
    told: list[Any] = []
    office = marker(founded, "olive", Source.OFFICE)

    def say(status: str) -> None:
        records = [StaffRecord(founded.tom, status=status)]
        told.extend(mark_staff(StaffMarking(founded.school_id, founded.today, records, office)))

    def second() -> None:
        with app.app_context(), acting_for(founded.school_id), unit_of_work():
            say("ABSENT")

    other = threading.Thread(target=second)
    with app.app_context(), acting_for(founded.school_id), unit_of_work():
        say("PRESENT")
        other.start()
        while other.is_alive() and not db.session.scalar(_SOMEBODY_WAITS):
            # else a transaction sees the same activity until its end
            db.session.execute(text("SELECT pg_stat_clear_snapshot()"))
    other.join()
    assert [answer.outcome for answer in told] == ["created", "conflict"]
    assert count("attendance_audit_log") == 1


_SOMEBODY_WAITS = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'""")


def test_the_audit_page_shows_staff_with_their_times(
    as_: As, open_door: World, visiting: Callable[..., Visitor]
) -> None:
    said = {"status": "PRESENT", "checked_in_at": at(open_door, "00:00"), "remarks": "early bird"}
    as_("olive").post(URL, json=body_of(open_door, sam=said))
    page = visiting("olive").get("/attendance/audit", query_string={"person_id": open_door.sam})
    assert page.status_code == 200
    for seen in ("Sam Stone", "00:00", "early bird"):
        assert seen in page.text
    assert "None" not in page.text
