"""Both slashes are codes, wherever a code is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from flask import Flask

from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.vocabulary import Mode
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from tests.attendance.pages.conftest import Sheet
from tests.world import Caller, Visitor, World

As = Callable[..., Caller]
URL = "/api/v1/school/attendance"
SLASHES = {1: "/", 2: "\\"}


@pytest.fixture
def english(app: Flask, world: World) -> World:
    """Morning and afternoon, by the codes of England."""
    return found(app, world, Mode.DAILY)


def found(app: Flask, world: World, mode: Mode) -> World:
    with app.app_context(), acting_for(world.school_id), unit_of_work():
        found_attendance(world.school_id, mode, "england-2024", dt.date(2020, 1, 1), 2)
    return world


@pytest.fixture
def stored(english: World, servers: Any) -> Any:
    with psycopg.connect(servers.owner_database_url, autocommit=True) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, false)", [str(english.school_id)])

        def codes() -> dict[int, str]:
            rows = owner.execute("SELECT slot, code FROM student_attendance").fetchall()
            return dict(rows)

        yield codes


def test_a_file_holds_both(
    app: Flask, as_: As, english: World, stored: Callable[[], dict[int, str]]
) -> None:
    olive, today = as_("olive"), english.today
    sheet = f"date,period,student,code\n{today},1,X-pia,/\n{today},2,X-pia,\\\n"
    asked = {"data": sheet.encode(), "content_type": "text/csv"}
    seen = olive.post(f"{URL}/uploads", **asked).get_json()
    assert [it["code"] for it in seen["records"]] == ["/", "\\"]
    sent = olive.post(
        f"{URL}/uploads",
        **asked,
        query_string={"dry_run": False, "fingerprint": seen["fingerprint"]},
        headers={"Prefer": "wait=5"},
    )
    assert [it["mark"]["code"] for it in sent.get_json()["records"]] == ["/", "\\"]
    assert stored() == SLASHES


@pytest.mark.parametrize("slot", [1, 2])
def test_requests_pages_and_the_trail_hold_both(
    as_: As,
    visiting: Callable[..., Visitor],
    english: World,
    stored: Callable[[], dict[int, str]],
    slot: int,
) -> None:
    slash, day = SLASHES[slot], english.today.isoformat()
    mark = f"{URL}/marks/{english.pia}/{day}/{slot}"
    assert as_("tom").patch(mark, json={"code": slash}).get_json()["mark"]["code"] == slash
    assert stored() == {slot: slash}
    page, tom = f"/registers/{english.homeroom_7a}/{day}/{slot}", visiting("tom")
    shown = Sheet.read(tom.get(page).get_data(as_text=True))
    assert shown.fields[f"code-{english.pia}"] == slash
    typed = shown.typed(english.paul, code=slash)
    assert tom.submit(page, {**typed.fields, "intent": "save"}).status_code == 302
    register = f"{URL}/registers/{english.homeroom_7a}/{day}/{slot}"
    students = as_("tom").get(register).get_json()["students"]
    assert [it["mark"]["code"] for it in students] == [slash, slash]
    trail = as_("olive").get(f"{URL}/audit").get_json()["items"]
    assert [it["after"]["code"] for it in trail] == [slash, slash]
    olive = as_("olive")
    assert olive.patch(mark, json={"code": "I"}).get_json()["outcome"] == "changed"
    assert olive.patch(mark, json={"code": slash}).get_json()["mark"]["code"] == slash
    summary = olive.get(f"{URL}/students/{english.pia}/summary").get_json()
    assert [it["code"] for marks in summary["marks"].values() for it in marks] == [slash]


def test_lessons_are_neither_morning_nor_afternoon(
    app: Flask, as_: As, visiting: Callable[..., Visitor], world: World, servers: Any
) -> None:
    """Whichever lesson it is, the usual mark is offered, and it is the same in all of them."""
    found(app, world, Mode.PERIOD)
    tom, visitor = as_("tom"), visiting("tom")
    with psycopg.connect(servers.owner_database_url, autocommit=True) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, false)", [str(world.school_id)])
        for slot in (2, 3):
            owner.execute("UPDATE period SET slot = %s WHERE slot = %s", [slot + 10, slot])
            owner.execute("UPDATE period SET slot = %s WHERE slot = %s", [slot, slot - 1])
            owner.execute("UPDATE timetable_entry SET slot = %s", [slot])
            place = f"{world.maths_7a}/{world.today.isoformat()}/{slot}"
            page = visitor.get(f"/registers/{place}").get_data(as_text=True)
            assert 'value="all-present"' in page
            answer = visitor.submit(f"/registers/{place}", {"intent": "all-present"})
            assert answer.status_code == 302
            students = tom.get(f"{URL}/registers/{place}").get_json()["students"]
            assert {it["mark"]["code"] for it in students} == {"/"}
