"""Staff who say themselves that they came and went."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from school_erp.attendance.actions.checking_in import check_in
from school_erp.attendance.models import AuditEntry
from school_erp.attendance.vocabulary import Source
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.extensions import db
from tests.attendance.staff_days import LONDON, URL, body_of, marker
from tests.world import Caller, World

As = Callable[..., Caller]
Count = Callable[[str], int]
Audited = Callable[[], list[AuditEntry]]
SETTINGS = "/api/v1/school/attendance/settings"


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


@pytest.fixture
def morning(school: World) -> World:
    """Self check-in is open; the school begins at 8:45, its first lesson is at 9:00."""
    with unit_of_work():
        db.session.execute(text("UPDATE attendance_settings SET staff_check_in_themselves = true"))
    return school


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
