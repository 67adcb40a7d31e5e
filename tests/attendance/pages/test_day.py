"""The registers of a day: a teacher's own, and the office's wall of all."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest

from tests.world import Visitor, World

Visiting = Callable[..., Visitor]
Change = Callable[..., None]


def read(visitor: Visitor, path: str = "/registers") -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def classes(page: str) -> list[str]:
    return re.findall(r'<a class="row-link" href="/registers/[^"]+">\s*([^<]+?)\s*</a>', page)


def test_a_teacher_sees_her_own_registers_one_tap_away(
    visiting: Visiting, founded: World, address: str
) -> None:
    page = read(visiting("tara"))
    assert classes(page) == ["7B"]
    assert address.replace(str(founded.homeroom_7a), str(founded.homeroom_7b)) in page
    assert classes(read(visiting("cora"))) == ["7A"]
    tomorrow = founded.today + dt.timedelta(days=1)
    assert "No registers of yours on this day" in read(
        visiting("cora"), f"/registers?on={tomorrow}"
    )


def test_the_office_sees_what_is_not_taken_first_and_who_teaches_it(
    visiting: Visiting, founded: World, address: str
) -> None:
    visiting("tom").submit(address, {"intent": "submit"})
    olive = visiting("olive")
    page = read(olive)
    assert classes(page) == ["7B", "7A"]
    assert "1 of 2 registers submitted" in page
    assert "Tara Tran" in page
    assert "Tom Tanner, Cora Cole (cover)" in page
    assert classes(read(olive, "/registers?state=submitted")) == ["7A"]
    assert classes(read(olive, "/registers?grade=7")) == ["7B", "7A"]
    assert "No register like this" in read(olive, "/registers?grade=12")


def test_a_register_that_was_due_long_ago_is_overdue(
    visiting: Visiting, founded: World, change: Change
) -> None:
    yesterday = founded.today - dt.timedelta(days=1)
    assert "Overdue" in read(visiting("tara"), f"/registers?on={yesterday}")


@pytest.mark.parametrize("query", ["on=yesterday", "state=lost", "grade=%00"])
def test_a_question_nobody_can_ask_is_refused(
    visiting: Visiting, founded: World, query: str
) -> None:
    assert visiting("olive").get(f"/registers?{query}").status_code == 422


def test_a_closed_day_has_no_registers(visiting: Visiting, founded: World) -> None:
    far = founded.today + dt.timedelta(days=400)
    assert "No registers on this day" in read(visiting("olive"), f"/registers?on={far}")


def test_only_who_marks_sees_the_place(visiting: Visiting, founded: World) -> None:
    assert 'href="/registers"' in read(visiting("tom"))
    assert visiting("sam").get("/registers").status_code == 403
    assert visiting("gwen").get("/registers").status_code == 403


def test_the_wall_costs_the_same_statements_for_more_registers(
    visiting: Visiting, founded: World, change: Change, statements: list[str]
) -> None:
    olive = visiting("olive")
    read(olive)
    del statements[:]
    read(olive)
    few = len(statements)
    change("attendance_settings", daily_sessions=2)
    del statements[:]
    assert len(classes(read(olive))) == 4
    assert len(statements) == few <= 10, statements
