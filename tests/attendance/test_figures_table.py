"""The school's figures side by side, over HTTP and as a page with its spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.attendance.history import remember
from tests.attendance.pages.conftest import grow
from tests.world import Caller, Visitor, World

As = Callable[..., Caller]
Visiting = Callable[..., Visitor]
URL = "/api/v1/school/attendance/figures"


@pytest.fixture
def weeks(founded: World, owner: Any) -> World:
    """Pia never missed, Paul half of the time, Quinn one day in ten and was late twice."""
    owner.execute("UPDATE section SET grade = '10' WHERE name = '7B'")
    remember(owner, founded, founded.pia, "PPPPPPPPPP")
    remember(owner, founded, founded.paul, "PAPAPAPAPE")
    remember(owner, founded, founded.quinn, "LPPPAPPPPL", founded.homeroom_7b)
    return founded


def lines(caller: Caller, **asked: Any) -> list[tuple[str, float, str]]:
    answer = caller.get(URL, query_string=asked)
    assert answer.status_code == 200, answer.text
    return [
        (it["name"], it["figures"]["attendance_percentage"], it["figures"]["standing"])
        for it in answer.get_json()["items"]
    ]


def test_the_office_compares_classes_grades_and_students(as_: As, weeks: World) -> None:
    olive = as_("olive")
    assert lines(olive) == [("7A", 75.0, "persistent"), ("7B", 90.0, "persistent")]
    assert lines(olive, by="grade") == [("7", 75.0, "persistent"), ("10", 90.0, "persistent")]
    pia, paul, quinn = (
        ("Pia Park", 100.0, "good"),
        ("Paul Pavlov", 50.0, "severe"),
        ("Quinn Quist", 90.0, "persistent"),
    )
    assert lines(olive, by="student") == [pia, paul, quinn]
    assert lines(olive, by="student", sort="attendance") == [paul, quinn, pia]
    assert lines(olive, by="student", sort="late")[0] == quinn
    assert lines(olive, by="student", sort="unauthorised") == [paul, quinn, pia]
    assert lines(olive, by="student", below="early") == [paul, quinn]
    assert lines(olive, by="student", below="severe") == [paul]
    assert lines(olive, by="student", grade="10") == [quinn]
    assert lines(olive, by="student", section_id=weeks.homeroom_7a) == [pia, paul]
    assert lines(olive, by="student", section_id=weeks.maths_7a) == []
    whole = olive.get(URL).get_json()["figures"]
    assert (whole["possible"], whole["attended"], whole["late"]) == (30, 24, 2)


def test_a_teacher_compares_what_was_marked_in_her_own_classes(
    as_: As, weeks: World, elsewhere: World
) -> None:
    tara = as_("tara")
    assert lines(tara) == [("7B", 90.0, "persistent")]
    assert lines(tara, by="student", section_id=weeks.homeroom_7a) == []
    assert lines(as_("cora"), by="student", below="severe") == [("Paul Pavlov", 50.0, "severe")]
    assert lines(as_("olive", elsewhere)) == []


def test_pages_of_a_table_meet_without_gap_or_repetition(as_: As, weeks: World, owner: Any) -> None:
    grow(owner, weeks, 7)
    for (student,) in owner.execute("SELECT id FROM person WHERE given_name = 'Pupil'").fetchall():
        remember(owner, weeks, student, "PPA")
    olive = as_("olive")
    for sort in ("name", "attendance", "late"):
        asked: dict[str, Any] = {"by": "student", "sort": sort, "limit": 3}
        found, cursor = [], ""
        while cursor is not None:
            page = olive.get(URL, query_string=asked | ({"cursor": cursor} if cursor else {}))
            assert len(page.get_json()["items"]) <= 3
            found += [it["id"] for it in page.get_json()["items"]]
            cursor = page.get_json()["next_cursor"]
        assert len(found) == len(set(found)) == 10


def test_what_is_no_table_is_told_by_name(as_: As, weeks: World) -> None:
    olive = as_("olive")
    wrong = [
        ({"by": "house"}, "by"),
        ({"sort": "height"}, "sort"),
        ({"below": "good"}, "below"),
        ({"cursor": "nowhere"}, "cursor"),
        ({"from": "2024-01-01", "to": "2026-01-01"}, "to"),
        ({"section_id": "7A"}, "section_id"),
    ]
    for asked, field in wrong:
        answer = olive.get(URL, query_string=asked)
        assert answer.status_code == 422, asked
        assert list(answer.get_json()["error"]["fields"]) == [field]


def test_a_full_school_costs_the_statements_of_one_class(
    as_: As, weeks: World, owner: Any, statements: list[str]
) -> None:
    olive = as_("olive")

    def spent(**asked: Any) -> int:
        del statements[:]
        assert lines(olive, **asked)
        return len(statements)

    lines(olive)
    before = [spent(by=by) for by in ("section", "grade", "student")]
    grow(owner, weeks, 30)
    for (student,) in owner.execute("SELECT id FROM person WHERE given_name = 'Pupil'").fetchall():
        remember(owner, weeks, student, "PPAPL")
    assert [spent(by=by) for by in ("section", "grade", "student")] == before
    assert max(before) <= 10, statements


def test_the_page_shows_the_table_and_leads_down_to_a_students_days(
    visiting: Visiting, weeks: World
) -> None:
    olive = visiting("olive")
    page = olive.get("/attendance/figures").get_data(as_text=True)
    assert re.findall(r'class="row-link"[^>]*>([^<]+)<', page) == ["7A", "7B"]
    assert "80.0%" in page
    down = f"/attendance/figures?by=student&amp;section_id={weeks.homeroom_7a}"
    assert down in page
    page = olive.get(down.replace("&amp;", "&")).get_data(as_text=True)
    assert re.findall(r'class="row-link"[^>]*>([^<]+)<', page) == ["Pia Park", "Paul Pavlov"]
    assert f"/attendance/students/{weeks.pia}" in page
    nobody = olive.get("/attendance/figures?by=student&below=severe&grade=10")
    assert "Nobody like this" in nobody.get_data(as_text=True)
    assert olive.get("/attendance/figures?by=nothing").status_code == 422


def test_the_spreadsheet_holds_every_line_and_no_formula(
    visiting: Visiting, weeks: World, owner: Any
) -> None:
    owner.execute("UPDATE person SET given_name = '=1+1' WHERE given_name = 'Pia'")
    answer = visiting("tom").get(
        "/attendance/figures/export.csv?by=student&sort=attendance&limit=1"
    )
    assert answer.mimetype == "text/csv"
    assert "attendance-student-" in answer.headers["Content-Disposition"]
    head, *rows = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    assert head[0] == "Student"
    assert [row[:5] for row in rows] == [
        ["Paul Pavlov", "", "10", "5", "50.0"],
        ["'=1+1 Park", "", "10", "10", "100.0"],
    ]
    assert rows[0][5:] == ["1", "4", "0", "0"]
