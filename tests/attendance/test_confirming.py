"""What the office said in the morning, a teacher may say again in the afternoon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.attendance.pages.conftest import Sheet
from tests.world import Caller, Visitor, World

BASE = "/api/v1/school/attendance"


@pytest.fixture
def leave_given(founded: World, owner: Any, as_: Callable[..., Caller]) -> World:
    """E and L are the office's; Pia is excused in the morning, Paul present."""
    owner.execute("UPDATE attendance_settings SET daily_sessions = 2")
    owner.execute("UPDATE attendance_code SET roles = '{admin,officer}' WHERE code IN ('E', 'L')")
    olive = as_("olive")
    assert say(olive, "pia", "E", slot=1) == ("created", "")
    assert say(olive, "paul", "P", slot=1) == ("created", "")
    return founded


def say(caller: Caller, who: str, code: str, slot: int = 2) -> tuple[str, str]:
    """Outcome, and code of the fault."""
    world = caller.world
    marking = {
        "date": world.today.isoformat(),
        "section_id": str(world.homeroom_7a),
        "period": slot,
        "records": [{"student_id": str(world.ids[who]), "code": code}],
    }
    answer = caller.post(BASE, json=marking, headers={"Prefer": "wait=5"}).get_json()
    if "error" in answer:
        return "rejected", answer["error"]["records"][0]["error"]["code"]
    return answer["records"][0]["outcome"], ""


def test_a_teacher_confirms_what_the_morning_suggests_and_says_nothing_else_of_the_offices(
    as_: Callable[..., Caller], leave_given: World
) -> None:
    tom = as_("tom")
    assert say(tom, "paul", "E") == ("rejected", "code_not_yours")
    assert say(tom, "pia", "L") == ("rejected", "code_not_yours")
    assert say(tom, "pia", "E") == ("created", "")
    assert say(tom, "pia", "E") == ("unchanged", "")
    assert say(tom, "pia", "E", slot=1) == ("unchanged", "")
    assert say(tom, "paul", "E", slot=1) == ("rejected", "code_not_yours")


def test_the_register_offers_the_suggested_code_to_confirm(
    visiting: Callable[..., Visitor], leave_given: World, owner: Any
) -> None:
    tom = visiting("tom")
    address = f"/registers/{leave_given.homeroom_7a}/{leave_given.today.isoformat()}/2"
    shown = Sheet.read(tom.get(address).get_data(as_text=True))
    assert "Suggested: E Excused" in shown.text
    offered = 'name="code-{}"\n                   value="E"'
    assert offered.format(leave_given.pia) in shown.text
    assert offered.format(leave_given.paul) not in shown.text
    confirmed = shown.typed(leave_given.pia, code="E")
    assert tom.submit(address, {**confirmed.fields, "intent": "save"}).status_code == 302
    stored = owner.execute("SELECT code FROM student_attendance WHERE slot = 2").fetchall()
    assert stored == [("E",)]


def test_only_the_latest_mark_and_codes_of_this_session_are_suggested(
    as_: Callable[..., Caller], leave_given: World, owner: Any
) -> None:
    """Who came after an absence is not taken for absent, nor the morning's code for the other's."""
    tom = as_("tom")

    def suggested(who: str, slot: int) -> str | None:
        day = leave_given.today.isoformat()
        answer = tom.get(f"{BASE}/registers/{leave_given.homeroom_7a}/{day}/{slot}").get_json()
        (row,) = (each for each in answer["students"] if each["student_id"] == str(who_is(who)))
        found: str | None = row["suggestion"]
        return found

    def who_is(who: str) -> Any:
        return leave_given.ids[who]

    assert suggested("pia", 2) == "E"
    owner.execute("UPDATE attendance_code SET slot = 1 WHERE code = 'E'")
    assert suggested("pia", 2) is None
    owner.execute("UPDATE attendance_code SET slot = NULL WHERE code = 'E'")
    owner.execute("UPDATE student_attendance SET slot = 0 WHERE student_id = %s", [who_is("pia")])
    assert say(as_("olive"), "pia", "P", slot=1) == ("created", "")
    assert suggested("pia", 2) == "P"
