from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from school_erp.academics.rules.calendar import stretches
from tests.academics.reading import goes_to, links_in, refused, text_of
from tests.world import Caller, World

As = Callable[..., Caller]
Rows = Callable[..., list[tuple[Any, ...]]]
STRETCHES = "/api/v1/calendar-days/stretches"


def day(world: World, number: int) -> str:
    return str(world.today + dt.timedelta(days=number))


def test_holidays_are_entered_changed_and_removed_as_one(as_: As, world: World, rows: Rows) -> None:
    olive = as_("olive")
    typed = {"date": day(world, 10), "until": day(world, 23), "kind": "closure", "note": "Winter"}
    goes_to(olive.post("/special-days/new", data=typed), "/special-days")
    assert len(rows("calendar_day")) == 14
    listed = olive.get("/special-days")
    assert "Winter" in text_of(listed)
    [edit] = links_in(listed, "/special-days/0")
    page = text_of(olive.get(edit))
    assert "Change all 14 days" in page
    changed = {"date": day(world, 10), "kind": "half_day", "note": "Exams", "whole": "true"}
    goes_to(olive.post(edit, data=changed), "/special-days")
    assert {row[3:5] for row in rows("calendar_day")} == {("half_day", "Exams")}
    goes_to(olive.post(edit, data={**changed, "note": "Only this", "whole": ""}), "/special-days")
    assert len([row for row in rows("calendar_day") if row[4] == "Only this"]) == 1
    assert len(links_in(olive.get("/special-days"), "/special-days/0")) == 2
    [rest] = links_in(olive.get("/special-days"), "/special-days/0") - {edit}
    delete = rest.replace("/edit", "/stretch/delete")
    assert as_("tom").post(delete).status_code == 403
    goes_to(olive.post(delete), "/special-days")
    assert [row[4] for row in rows("calendar_day")] == ["Only this"]
    goes_to(olive.post(edit.replace("/edit", "/delete")), "/special-days")
    assert rows("calendar_day") == []


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"until": 9}, "until"),
        ({"until": 110}, "until"),
        ({"until": 14}, "date"),
        ({"until": 10, "kind": "party"}, "kind"),
    ],
)
def test_a_stretch_is_entered_wholly_or_not_at_all(
    as_: As, world: World, rows: Rows, typed: dict[str, Any], field: str
) -> None:
    olive = as_("olive")
    taken = {"date": day(world, 13), "kind": "half_day"}
    assert olive.post("/api/v1/calendar-days", json=taken).status_code == 201
    before = rows("calendar_day")
    body = {"date": day(world, 10), "kind": "closure", **typed, "until": day(world, typed["until"])}
    assert refused(olive.post("/special-days/new", data=body)) == [field]
    answer = olive.post(STRETCHES, json=body)
    assert answer.status_code in {409, 422}
    assert field in answer.get_json()["error"]["fields"]
    assert rows("calendar_day") == before


def test_a_stretch_costs_the_same_statements_however_long_it_is(
    as_: As, world: World, rows: Rows, statements: list[str]
) -> None:
    olive, counts = as_("olive"), []
    for first, last in ((10, 11), (20, 90)):
        body = {"date": day(world, first), "until": day(world, last), "kind": "closure"}
        del statements[:]
        answer = olive.post(STRETCHES, json=body)
        counts.append(len(statements))
        assert answer.status_code == 201
        assert len(answer.get_json()["items"]) == last - first + 1
    assert counts[0] == counts[1]
    assert as_("tom").post(STRETCHES, json=body).status_code == 403
    assert len(rows("calendar_day")) == 73


def test_the_calendar_leads_the_office_to_what_is_special(as_: As, world: World) -> None:
    olive, month = as_("olive"), f"/calendar?month={world.today:%Y-%m}"
    body = {"date": str(world.today), "kind": "closure", "note": "Burst pipe"}
    assert olive.post("/api/v1/calendar-days", json=body).status_code == 201
    shown = olive.get(month)
    assert "Closed Burst pipe" in text_of(shown)
    [edit] = links_in(shown, "/special-days/0")
    [new] = links_in(shown, "/special-days/new")
    assert f"date={world.today}" in new
    goes_to(olive.post(edit, data={**body, "next": month}), month)
    family = as_("gwen").get(month)
    assert "Burst pipe" in text_of(family)
    assert links_in(family, "/special-days") == set()
    assert "No school year" in text_of(olive.get("/calendar?month=2150-01"))


def test_days_in_a_row_that_are_alike_are_one_stretch() -> None:
    class Special:
        def __init__(self, number: int, kind: str = "closure", note: str | None = None) -> None:
            self.date, self.kind, self.note = dt.date(2026, 12, number), kind, note

    days = [Special(1), Special(2), Special(4), Special(5, "half_day"), Special(6, note="Snow")]
    assert [len(found) for found in stretches(days)] == [2, 1, 1, 1]
    assert stretches([]) == []
