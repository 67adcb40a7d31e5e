"""A teacher keeps a register on its page, without a script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.attendance.pages.conftest import Sheet, grow
from tests.world import Caller, Visitor, World

Visiting = Callable[..., Visitor]
Marks = Callable[[], dict[str, str]]
Change = Callable[..., None]


def sheet(visitor: Visitor, address: str) -> Sheet:
    answer = visitor.get(address)
    assert answer.status_code == 200, answer.status
    return Sheet.read(answer.get_data(as_text=True))


def send(visitor: Visitor, address: str, filled: Sheet, intent: str = "save", **more: str) -> Any:
    return visitor.submit(address, {**filled.fields, "intent": intent, **more})


def correct(caller: Caller, world: World, who: str, status: str, **said: Any) -> None:
    url = f"/api/v1/school/attendance/marks/{world.ids[who]}/{world.today.isoformat()}/1"
    answer = caller.patch(url, json={"status": status, **said})
    assert answer.status_code == 200, answer.get_data(as_text=True)


def test_a_teacher_marks_one_absent_and_the_rest_present_and_submits(
    visiting: Visiting, founded: World, address: str, marks: Marks
) -> None:
    tom = visiting("tom")
    filled = sheet(tom, address).typed(founded.paul, code="A")
    answer = send(tom, address, filled, "all-present")
    assert answer.status_code == 302
    assert marks() == {"pia": "P", "paul": "A"}
    page = tom.get(address).get_data(as_text=True)
    assert "2 marks saved." in page
    assert "1 present, 1 absent: submit" in page
    answer = send(tom, address, sheet(tom, address), "submit")
    assert answer.location == f"/registers?on={founded.today.isoformat()}"
    day = tom.get(answer.location).get_data(as_text=True)
    assert "7A is submitted: 1 present, 1 absent." in day
    assert "Submitted" in day


def test_all_present_leaves_what_was_said_alone(
    visiting: Visiting, founded: World, address: str, marks: Marks
) -> None:
    tom = visiting("tom")
    send(tom, address, sheet(tom, address).typed(founded.pia, code="E", remark="dentist"))
    send(tom, address, sheet(tom, address), "all-present")
    assert marks() == {"pia": "E", "paul": "P"}


def test_opening_the_page_and_saving_it_untouched_changes_nothing(
    visiting: Visiting, founded: World, address: str, count: Callable[[str], int]
) -> None:
    tom = visiting("tom")
    send(
        tom,
        address,
        sheet(tom, address).typed(founded.pia, code="L", minutes="7", remark="büs\n'\"<"),
    )
    noted = count("attendance_audit_log")
    assert send(tom, address, sheet(tom, address)).status_code == 302
    assert (noted, count("attendance_audit_log")) == (1, 1)


@pytest.mark.parametrize("packed", ["5", "null", '["P"]', "[" * 5_000])
def test_what_no_page_ever_showed_counts_as_blank(
    visiting: Visiting, address: str, marks: Marks, packed: str
) -> None:
    tom = visiting("tom")
    filled = sheet(tom, address)
    forged = {name: packed for name in filled.fields if name.startswith("shown-")}
    assert send(tom, address, filled, **forged).status_code == 302
    assert marks() == {}


def test_minutes_belong_to_a_late_mark_alone(
    visiting: Visiting, founded: World, address: str, owner: Any
) -> None:
    tom = visiting("tom")
    send(tom, address, sheet(tom, address).typed(founded.pia, code="L", minutes="7"))
    send(tom, address, sheet(tom, address).typed(founded.pia, code="P"))
    [found] = owner.execute("SELECT code, minutes_late FROM student_attendance").fetchall()
    assert found == ("P", None)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"code": "L", "minutes": "soon"}, "This is not a whole number."),
        ({"code": "L", "minutes": "601"}, "This is a number from 0 to 600."),
        ({"code": "nope"}, "Your school has no such code on this day."),
        ({"code": "toolong"}, "At most 4 characters."),
        ({"remark": "ill"}, "Give a status or a code."),
        ({"code": "A", "remark": "x" * 501}, "At most 500 characters."),
        ({"code": "A", "remark": "nul\x00"}, "characters that cannot be stored"),
        ({"code": "A", "other": "P"}, "Two marks are chosen here."),
        ({"code": "A", "version": "-1"}, "This is not a whole number."),
    ],
)
def test_a_bad_row_says_why_and_the_others_are_saved(
    visiting: Visiting, founded: World, address: str, marks: Marks, typed: Any, sentence: str
) -> None:
    tom = visiting("tom")
    filled = sheet(tom, address).typed(founded.paul, code="P").typed(founded.pia, **typed)
    answer = send(tom, address, filled, "submit")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert sentence in page
    assert marks() == {"paul": "P"}
    assert "pupil-attention" in page
    if "remark" in typed and "\x00" not in typed["remark"]:
        assert typed["remark"] in Sheet.read(page).fields[f"remark-{founded.pia}"]


def test_a_colleague_who_was_quicker_is_named_and_nothing_typed_is_lost(
    visiting: Visiting, founded: World, address: str, marks: Marks, as_: Callable[..., Caller]
) -> None:
    tom = visiting("tom")
    seen = sheet(tom, address)
    correct(as_("cora"), founded, "pia", "LATE", minutes_late=4)
    answer = send(tom, address, seen.typed(founded.pia, code="A", remark="not here"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Somebody changed this while you were at it." in page
    assert "Now: L Late · 4 min, Cora Cole" in page
    assert "You chose: A Absent · <bdi>not here</bdi>." in page
    assert marks() == {"pia": "L"}
    again = Sheet.read(page)
    assert again.fields[f"code-{founded.pia}"] == "A"
    assert again.fields[f"remark-{founded.pia}"] == "not here"
    assert send(tom, address, again).status_code == 302
    assert marks() == {"pia": "A"}


def test_what_the_office_entered_stands(
    visiting: Visiting, founded: World, address: str, marks: Marks, as_: Callable[..., Caller]
) -> None:
    tom = visiting("tom")
    seen = sheet(tom, address)
    correct(as_("olive"), founded, "pia", "EXCUSED", remarks="funeral")
    answer = send(tom, address, seen.typed(founded.pia, code="A"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "What the office entered stands." in page
    assert "You chose: A Absent" in page
    assert Sheet.read(page).fields[f"code-{founded.pia}"] == "E"
    assert marks() == {"pia": "E"}


def test_a_submitted_register_asks_why_and_keeps_what_was_typed(
    visiting: Visiting, founded: World, address: str, marks: Marks, owner: Any
) -> None:
    tom = visiting("tom")
    send(tom, address, sheet(tom, address), "all-present")
    send(tom, address, sheet(tom, address), "submit")
    filled = sheet(tom, address).typed(founded.pia, code="A")
    refused = send(tom, address, filled)
    assert refused.status_code == 422
    page = refused.get_data(as_text=True)
    assert "This register was submitted; say why you change it." in page
    assert Sheet.read(page).fields[f"code-{founded.pia}"] == "A"
    assert marks() == {"pia": "P", "paul": "P"}
    assert send(tom, address, filled, reason="left at nine").status_code == 302
    assert marks() == {"pia": "A", "paul": "P"}
    reasons = owner.execute("SELECT reason FROM attendance_audit_log WHERE reason <> ''").fetchall()
    assert reasons == [("left at nine",)]


def test_reopening_asks_a_reason(
    visiting: Visiting, founded: World, address: str, owner: Any
) -> None:
    tom = visiting("tom")
    send(tom, address, sheet(tom, address), "submit")
    tom.submit(f"{address}/reopening", {"reason": "  "})
    state = "SELECT state FROM register"
    assert owner.execute(state).fetchone() == ("submitted",)
    assert "Please give a reason." in tom.get(address).get_data(as_text=True)
    tom.submit(f"{address}/reopening", {"reason": "wrong class"})
    assert owner.execute(state).fetchone() == ("open",)


def test_a_locked_register_is_read_only_and_says_who_locked_it(
    visiting: Visiting, founded: World, address: str, marks: Marks
) -> None:
    tom, olive = visiting("tom"), visiting("olive")
    seen = sheet(tom, address)
    send(tom, address, seen, "submit")
    assert olive.submit(f"{address}/lock").status_code == 302
    assert tom.submit(f"{address}/lock").status_code == 403
    page = tom.get(address).get_data(as_text=True)
    assert "This register is locked." in page
    assert "Locked by Olive Okafor" in page
    assert '<fieldset class="pupil-set" disabled>' in page
    assert send(tom, address, seen.typed(founded.pia, code="A")).status_code == 422
    assert marks() == {}
    olive.submit(f"{address}/unlocking", {"reason": "asked by head"})
    assert "This register is locked." not in tom.get(address).get_data(as_text=True)


def test_a_code_of_this_morning_is_suggested_and_not_stored(
    visiting: Visiting, founded: World, address: str, marks: Marks, change: Change, owner: Any
) -> None:
    change("attendance_settings", daily_sessions=2)
    tom = visiting("tom")
    send(tom, address, sheet(tom, address).typed(founded.pia, code="E"))
    afternoon = address[:-1] + "2"
    shown = sheet(tom, afternoon)
    assert "Suggested: E Excused" in shown.text
    assert f"code-{founded.pia}" not in shown.fields
    send(tom, afternoon, shown, "all-present")
    stored = owner.execute(
        "SELECT student_id, code FROM student_attendance WHERE slot = 2"
    ).fetchall()
    assert stored == [(founded.paul, "P")]


def test_a_day_too_far_back_is_shown_but_not_marked(
    visiting: Visiting, founded: World, marks: Marks
) -> None:
    tom = visiting("tom")
    long_ago = (founded.today - dt.timedelta(days=9)).isoformat()
    address = f"/registers/{founded.homeroom_7a}/{long_ago}/1"
    page = tom.get(address).get_data(as_text=True)
    assert "further back than your school lets you mark" in page
    assert "data-register" not in page
    assert "data-register" in visiting("olive").get(address).get_data(as_text=True)


@pytest.mark.parametrize(
    ("who", "status"), [("tara", 403), ("sam", 403), ("pia", 403), ("gwen", 403), ("cora", 200)]
)
def test_only_who_teaches_or_covers_a_class_sees_its_register(
    visiting: Visiting, founded: World, address: str, who: str, status: int, marks: Marks
) -> None:
    visitor = visiting(who)
    assert visitor.get(address).status_code == status
    if status == 403:
        assert visitor.submit(address, {f"code-{founded.pia}": "A"}).status_code == 403
        assert marks() == {}


def test_another_schools_register_is_not_there(
    visiting: Visiting, founded: World, elsewhere: World
) -> None:
    for section in (elsewhere.homeroom_7a, founded.pia):
        address = f"/registers/{section}/{founded.today.isoformat()}/1"
        assert visiting("ada").get(address).status_code == 404
    assert visiting("ada").get(f"/registers/{founded.homeroom_7a}/2026-02-30/1").status_code == 404


def test_a_class_of_nobody_says_so_on_the_page_and_on_paper(
    visiting: Visiting, founded: World, address: str, owner: Any
) -> None:
    owner.execute("DELETE FROM enrolment WHERE role = 'student'")
    for place in (address, f"{address}/sheet"):
        shown = visiting("tom").get(place).text
        assert "Nobody is in this class" in shown
        assert "<table" not in shown
        assert "data-prints" not in shown


def test_a_class_of_forty_costs_the_statements_of_a_class_of_two(
    visiting: Visiting, founded: World, address: str, owner: Any, statements: list[str]
) -> None:
    tom = visiting("tom")
    tom.get(address)
    del statements[:]
    tom.get(address)
    few = len(statements)
    grow(owner, founded, 38)
    del statements[:]
    page = tom.get(address).get_data(as_text=True)
    assert page.count('<li class="pupil') == 40
    assert len(statements) == few <= 12, statements
