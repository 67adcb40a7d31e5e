"""Registers that nobody begins are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask

from school_erp.attendance.jobs import open_registers_due
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.notifications.jobs import stop_asking_for_registers
from tests.world import TIMEZONE, Caller, World

pytestmark = pytest.mark.usefixtures("alone")

HEARD = ("cora", "tara")
As = Callable[..., Caller]
Look = Callable[[int, int], None]


@pytest.fixture
def look_at(app: Flask, founded: World, change: Callable[..., None]) -> Look:
    """What upkeep does at that time of day; the morning began at nine."""
    change("attendance_settings", morning_at=dt.time(9))

    def upkeep(hour: int, minute: int) -> None:
        moment = dt.datetime.combine(founded.today, dt.time(hour, minute), ZoneInfo(TIMEZONE))
        with (
            time_machine.travel(moment, tick=False),
            app.app_context(),
            acting_for(None),
            unit_of_work(),
        ):
            open_registers_due()
            stop_asking_for_registers()

    return upkeep


@pytest.fixture
def heard(owner: Any, founded: World) -> Callable[[str], list[tuple[Any, ...]]]:
    """Of somebody, the kinds of notifications with what they are about."""

    def read(who: str) -> list[tuple[Any, ...]]:
        return owner.execute(
            "SELECT kind, about FROM notification WHERE person_id = %s AND kind LIKE 'register%%'"
            " ORDER BY at, id",
            [founded.ids[who]],
        ).fetchall()  # type: ignore[no-any-return]

    return read


def test_a_register_nobody_begins_is_asked_for_once_of_who_takes_it_and_once_of_the_office(
    founded: World, look_at: Look, as_: As, heard: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    look_at(9, 9)
    assert heard("tara") == heard("olive") == []
    for _ in range(2):
        look_at(9, 10)
    here = f"{founded.today}:1"
    assert heard("tara") == [("register_missing", f"missing:{founded.homeroom_7b}:{here}")]
    # Cora covers 7A today, so Tom is left alone
    assert heard("cora") == [("register_missing", f"missing:{founded.homeroom_7a}:{here}")]
    assert heard("tom") == heard("olive") == []
    mark = f"/api/v1/school/attendance/marks/{founded.pia}/{founded.today}/1"
    assert as_("tom").patch(mark, json={"status": "PRESENT"}).status_code == 200
    for minute in (20, 21, 50):
        look_at(9, minute)
    assert heard("olive") == [("registers_missing", f"missing:{here}")]
    assert heard("ada") == []
    assert len(heard("tara")) == len(heard("cora")) == 1
    # what is begun waits no longer, in no bell; what nobody has begun does
    unread = {who: as_(who).get("/api/v1/notifications").get_json()["unread"] for who in HEARD}
    assert unread == {"cora": 0, "tara": 1}
    [line] = as_("olive").get("/api/v1/notifications").get_json()["items"]
    assert line["sentence"].startswith("1 register has not been taken:")
    assert line["address"].endswith("state=overdue")
    [line] = as_("tara").get("/api/v1/notifications").get_json()["items"]
    assert line["sentence"].startswith("Your register waits to be taken: 7B,")


def test_administrators_are_the_office_where_there_is_no_other(
    founded: World, look_at: Look, owner: Any, heard: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    owner.execute("DELETE FROM role_grant WHERE role = 'officer'")
    look_at(9, 30)
    assert [kind for kind, _about in heard("ada")] == ["registers_missing"]


@pytest.mark.parametrize(
    ("settings", "closure", "asked"),
    [
        ({"register_reminder_minutes": 0}, False, (0, 1)),
        ({"register_alarm_minutes": 0}, False, (1, 0)),
        ({"register_reminder_minutes": 45}, False, (0, 1)),
        ({}, True, (0, 0)),
    ],
)
def test_nobody_is_asked_on_a_closed_day_or_where_the_school_does_not_want_it(
    founded: World,
    look_at: Look,
    as_: As,
    heard: Callable[[str], list[tuple[Any, ...]]],
    settings: dict[str, int],
    closure: bool,
    asked: tuple[int, int],
) -> None:
    if settings:
        body = {**settings, "reason": "asked for"}
        saved = as_("ada").patch("/api/v1/school/attendance/settings", json=body)
        assert saved.status_code == 200, saved.text
    if closure:
        look_at(9, 0)
        snow = {"date": founded.today.isoformat(), "kind": "closure", "note": "Snow"}
        assert as_("olive").post("/api/v1/calendar-days", json=snow).status_code == 201
    look_at(9, 30)
    assert (len(heard("tara")), len(heard("olive"))) == asked


def test_minutes_outside_the_day_are_refused_and_what_changed_is_in_the_trail(
    founded: World, as_: As, owner: Any
) -> None:
    ada, url = as_("ada"), "/api/v1/school/attendance/settings"
    before = owner.execute("SELECT s::text FROM attendance_settings s").fetchall()
    for wrong in (-1, 481, "ten", None):
        answer = ada.patch(url, json={"register_alarm_minutes": wrong})
        assert answer.status_code == 422
    assert owner.execute("SELECT s::text FROM attendance_settings s").fetchall() == before
    assert as_("tom").patch(url, json={"register_alarm_minutes": 5}).status_code == 403
    assert ada.patch(url, json={"register_alarm_minutes": 5}).status_code == 200
    trail = owner.execute(
        "SELECT before -> 'register_alarm_minutes', after -> 'register_alarm_minutes'"
        " FROM attendance_audit_log WHERE what = 'settings'"
    ).fetchall()
    assert trail == [(20, 5)]
