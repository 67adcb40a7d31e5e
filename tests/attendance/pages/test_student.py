"""A student's attendance as people read it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.attendance.history import remember
from tests.world import Visitor, World

Visiting = Callable[..., Visitor]


def read(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


@pytest.fixture
def pias_days(founded: World, owner: Any) -> World:
    """Ten days with an absence and a lateness, and a leave that is known ahead."""
    remember(owner, founded, founded.pia, "PPLPPAPPPP")
    owner.execute("UPDATE student_attendance SET remarks = 'Overslept & ran' WHERE code = 'L'")
    ahead = {**vars(founded), "today": founded.today + dt.timedelta(days=2)}
    remember(owner, World(**ahead), founded.pia, "E")
    return founded


def test_figures_stand_on_top_and_every_day_below(visiting: Visiting, pias_days: World) -> None:
    page = read(visiting("olive"), f"/attendance/students/{pias_days.pia}")
    assert "90.0%" in page
    assert "of 10 sessions attended" in page
    assert "missed: 0 with leave, 1 without" in page
    assert "time late, 7 minutes in all" in page
    assert "Persistent absence: 90% or less." in page
    days = re.findall(r'class="mark mark-(\w+)" role="img" aria-label="\w+" title="(\w+)"', page)
    in_calendar = [status for status, label in days]
    assert in_calendar.count("present") == 8 + 1  # and once in the legend
    assert in_calendar.count("excused") == 1 + 1  # ahead: shown, and not counted
    assert "Overslept &amp; ran" in page
    assert f"/attendance/audit?student_id={pias_days.pia}" in page


def test_the_family_reads_the_same_without_remarks_or_audit(
    visiting: Visiting, pias_days: World
) -> None:
    for who in ("pia", "gwen"):
        visitor = visiting(who)
        arrived = visitor.get("/attendance/mine")
        assert arrived.location == f"/attendance/students/{pias_days.pia}"
        page = read(visitor, arrived.location)
        assert "90.0%" in page
        assert "Overslept" not in page
        assert "/attendance/audit" not in page
        assert 'href="/attendance/mine"' in page


def test_a_mother_of_two_chooses_and_one_of_none_is_told_whom_to_ask(
    visiting: Visiting, pias_days: World, owner: Any
) -> None:
    gwen = visiting("gwen")
    owner.execute(
        """INSERT INTO guardianship (school_id, id, student_id, guardian_id, relation)
           VALUES (%s, gen_random_uuid(), %s, %s, 'aunt')""",
        [pias_days.school_id, pias_days.quinn, pias_days.gwen],
    )
    page = read(gwen, "/attendance/mine")
    assert re.findall(r'class="row-link"[^>]*>([^<]+)<', page) == ["Pia Park", "Quinn Quist"]
    assert "90.0%" in page
    for child, others in ((pias_days.pia, "Quinn"), (pias_days.quinn, "Pia")):
        page = read(gwen, f"/attendance/students/{child}?term={pias_days.year}")
        tabs = page.partition('class="tabs"')[2].partition("</ul>")[0]
        assert f"?term={pias_days.year}" in tabs
        assert tabs.count("aria-current") == 1
        assert others in tabs
    assert 'class="tabs"' not in read(visiting("olive"), f"/attendance/students/{pias_days.pia}")
    owner.execute("UPDATE guardianship SET do_not_contact = true")
    assert "No child is linked to you yet" in read(gwen, "/attendance/mine")


def test_a_term_is_chosen_and_another_schools_is_not_there(
    visiting: Visiting, pias_days: World, elsewhere: World, owner: Any
) -> None:
    olive, address = visiting("olive"), f"/attendance/students/{pias_days.pia}"
    term = owner.execute(
        """INSERT INTO academic_session (school_id, id, name, kind, year_id, starts_on, ends_on)
           VALUES (%s, gen_random_uuid(), 'Short term', 'term', %s, %s, %s) RETURNING id""",
        [
            pias_days.school_id,
            pias_days.year,
            pias_days.today - dt.timedelta(days=1),
            pias_days.today,
        ],
    ).fetchone()[0]
    assert "of 2 sessions attended" in read(olive, f"{address}?term={term}")
    assert "of 10 sessions attended" in read(olive, f"{address}?term={pias_days.year}")
    assert olive.get(f"{address}?term={elsewhere.year}").status_code == 404
    assert olive.get(f"{address}?term=never").status_code == 422


def test_the_persons_page_and_the_register_lead_there(visiting: Visiting, pias_days: World) -> None:
    tom, link = visiting("tom"), f'href="/attendance/students/{pias_days.pia}"'
    person = read(tom, f"/people/{pias_days.pia}")
    assert link in person
    assert "90.0%" in person
    assert "/attendance/students/" not in read(tom, f"/people/{pias_days.tom}")
    today = pias_days.today.isoformat()
    assert link in read(tom, f"/registers/{pias_days.homeroom_7a}/{today}/1")


def test_a_year_of_marks_costs_the_statements_of_a_day(
    visiting: Visiting, founded: World, owner: Any, statements: list[str]
) -> None:
    tom, address = visiting("tom"), f"/attendance/students/{founded.pia}"
    read(tom, address)
    del statements[:]
    read(tom, address)
    few = len(statements)
    remember(owner, founded, founded.pia, "PPPAL" * 16)
    del statements[:]
    read(tom, address)
    assert len(statements) == few <= 18, statements
