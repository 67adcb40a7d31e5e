"""Teachers and other staff by day: by the office, and by themselves where the school lets them."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from school_erp.attendance.actions.checking_in import check_in
from school_erp.attendance.actions.staff import mark_staff
from school_erp.attendance.marking import Marker
from school_erp.attendance.models import AuditEntry
from school_erp.attendance.staff import StaffMarking, StaffRecord
from school_erp.attendance.vocabulary import Source
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from tests.world import TIMEZONE, Caller, Visitor, World

As = Callable[..., Caller]
Count = Callable[[str], int]
Audited = Callable[[], list[AuditEntry]]
URL = "/api/v1/school/attendance/staff"
SETTINGS = "/api/v1/school/attendance/settings"
LONDON = ZoneInfo(TIMEZONE)


def body_of(world: World, **more: Any) -> dict[str, Any]:
    """`body_of(world, tom="PRESENT", sam={"code": "L", …}, date=…)`."""
    date = more.pop("date", world.today)
    extra = {name: more.pop(name) for name in ("reason",) if name in more}
    records = [
        {"person_id": str(world.ids[who]), **({"status": said} if isinstance(said, str) else said)}
        for who, said in more.items()
    ]
    return {"date": date.isoformat(), "records": records, **extra}


def at(world: World, time: str, days: int = 0) -> str:
    day = world.today + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time.fromisoformat(time), LONDON).isoformat()


def outcomes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [record["outcome"] for record in answer.get_json()["records"]]


@pytest.fixture
def open_door(as_: As, founded: World) -> World:
    """A school whose staff check themselves in, and are never late."""
    changes = {"staff_check_in_themselves": True, "staff_day_starts_at": "23:59"}
    assert as_("ada").patch(SETTINGS, json=changes).status_code == 200
    return founded


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


def test_a_teacher_checks_in_once_and_out_once(
    as_: As, open_door: World, count: Count, audited: Audited
) -> None:
    tom = as_("tom")
    early = tom.post(f"{URL}/check-out", json={})
    assert (early.status_code, early.get_json()["error"]["code"]) == (422, "not_checked_in")
    first, again = (tom.post(f"{URL}/check-in", json={}).get_json() for _ in "12")
    assert (first["outcome"], first["mark"]["code"], first["mark"]["source"]) == (
        "created",
        "P",
        "SELF",
    )
    assert (again["outcome"], again["mark"]) == ("unchanged", first["mark"])
    left, again = (tom.post(f"{URL}/check-out", json={}).get_json() for _ in "12")
    assert (left["outcome"], again["outcome"]) == ("changed", "unchanged")
    assert left["mark"]["checked_in_at"] == first["mark"]["checked_in_at"]
    assert left["mark"]["checked_out_at"] == again["mark"]["checked_out_at"] is not None
    entries = [entry for entry in audited() if entry.what == "staff"]
    assert [entry.source for entry in entries] == [Source.SELF, Source.SELF]
    assert (entries[0].actor_id, entries[0].person_id) == (open_door.tom, open_door.tom)
    assert count("staff_attendance") == 1


def test_check_ins_are_off_until_the_school_opens_them(
    as_: As, founded: World, count: Count
) -> None:
    answer = as_("sam").post(f"{URL}/check-in", json={})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "check_in_off")
    assert as_("pia").post(f"{URL}/check-in", json={}).status_code == 403
    assert as_("gwen").post(f"{URL}/check-out", json={}).status_code == 403
    assert count("staff_attendance") == 0


def test_a_check_in_never_contradicts_the_office_and_loses_no_time_to_it(
    as_: As, open_door: World
) -> None:
    olive, sam = as_("olive"), as_("sam")
    olive.post(URL, json=body_of(open_door, sam="EXCUSED", tara="PRESENT"))
    kept = sam.post(f"{URL}/check-in", json={}).get_json()
    assert (kept["outcome"], kept["mark"]["code"]) == ("kept", "E")
    added = as_("tara").post(f"{URL}/check-in", json={}).get_json()
    assert (added["outcome"], added["mark"]["source"]) == ("changed", "OFFICE")
    late = olive.post(URL, json=body_of(open_door, tara="LATE")).get_json()["records"][0]
    assert (late["mark"]["code"], late["mark"]["checked_in_at"]) == (
        "L",
        added["mark"]["checked_in_at"],
    )
    gone = olive.post(
        URL, json=body_of(open_door, tara={"status": "LATE", "checked_in_at": None})
    ).get_json()["records"][0]
    assert gone["mark"]["checked_in_at"] is None


SNOW = """
    INSERT INTO calendar_day (school_id, id, date, kind, note)
    VALUES (:school, :id, :day, 'closure', 'Snow')"""
END_OF_YEAR = """
    UPDATE academic_session SET ends_on = CAST(:day AS date) - 1
    WHERE school_id = :school AND CAST(:id AS uuid) IS NOT NULL"""


@pytest.mark.parametrize(("closing", "code"), [(SNOW, "closed_day"), (END_OF_YEAR, "no_session")])
def test_nobody_checks_in_on_a_closed_day(
    app: Flask, as_: As, open_door: World, count: Count, closing: str, code: str
) -> None:
    asked = {"school": open_door.school_id, "id": new_id(), "day": open_door.today}
    with app.app_context(), acting_for(open_door.school_id), unit_of_work():
        db.session.execute(text(closing), asked)
    answer = as_("tom").post(f"{URL}/check-in", json={})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, code)
    assert count("staff_attendance") == 0


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


@pytest.fixture
def morning(school: World) -> World:
    """Self check-in is open; the school begins at 8:45, its first lesson is at 9:00."""
    with unit_of_work():
        db.session.execute(text("UPDATE attendance_settings SET staff_check_in_themselves = true"))
    return school


def marker(world: World, who: str, source: Source = Source.SELF) -> Marker:
    office = source is Source.OFFICE
    role = "officer" if office else "teacher"
    return Marker(world.ids[who], who, role, in_office=office, source=source)


@pytest.mark.parametrize(
    ("settings", "time", "code"),
    [
        ("", "08:55:59", "P"),
        ("", "08:56", "L"),
        ("attendance_mode = 'PERIOD'", "09:10", "P"),
        ("attendance_mode = 'PERIOD'", "09:11", "L"),
        ("staff_day_starts_at = '07:30'", "07:40", "P"),
        ("staff_day_starts_at = '07:30'", "07:41", "L"),
        ("staff_day_starts_at = '07:30', late_after_minutes = 0", "07:31", "L"),
    ],
)
def test_staff_are_late_by_their_own_beginning_or_the_schools(
    morning: World, settings: str, time: str, code: str
) -> None:
    if settings:
        with unit_of_work():
            db.session.execute(text(f"UPDATE attendance_settings SET {settings}"))  # noqa: S608
    moment = dt.datetime.combine(morning.today, dt.time.fromisoformat(time), LONDON)
    with time_machine.travel(moment, tick=False), unit_of_work():
        answer = check_in(morning.school_id, morning.tom, marker(morning, "tom"))
    assert answer.mark is not None
    assert (answer.mark.code, answer.mark.checked_in_at) == (code, moment)


def test_of_two_presses_at_once_both_are_told_the_same(app: Flask, open_door: World) -> None:
    told: list[Any] = []

    def press() -> None:
        with app.app_context(), acting_for(open_door.school_id), unit_of_work():
            told.append(check_in(open_door.school_id, open_door.sam, marker(open_door, "sam")))

    presses = [threading.Thread(target=press) for _ in range(6)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert sorted(answer.outcome for answer in told) == ["created", *["unchanged"] * 5]
    assert len({answer.mark.checked_in_at for answer in told}) == 1


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
            pass
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
