from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.world import Caller, World

As = Callable[..., Caller]
Rows = Callable[..., list[tuple[Any, ...]]]
URL, DAYS = "/api/v1/calendar", "/api/v1/calendar-days"


def test_an_officer_closes_a_day_also_of_the_past(as_: As, world: World) -> None:
    olive = as_("olive")
    yesterday = str(world.today - dt.timedelta(days=1))
    added = olive.post(DAYS, json={"date": yesterday, "kind": "closure", "note": "Snow"})
    assert added.status_code == 201
    url = f"{DAYS}/{added.get_json()['id']}"
    seen = as_("gwen").get(f"{URL}?from={yesterday}&to={world.today}").get_json()["items"]
    assert [(day["is_school_day"], day["why"], day["note"]) for day in seen] == [
        (False, "Closed", "Snow"),
        (True, "School day", None),
    ]
    assert olive.patch(url, json={"kind": "half_day"}).get_json()["note"] == "Snow"
    seen = as_("gwen").get(f"{URL}?from={yesterday}&to={yesterday}").get_json()["items"]
    assert (seen[0]["is_school_day"], seen[0]["why"]) == (True, "Half day")
    assert olive.delete(url).status_code == 204
    assert olive.get(url).status_code == 404


def test_days_outside_the_year_are_holidays(as_: As, world: World) -> None:
    last = world.today + dt.timedelta(days=200)
    until = last + dt.timedelta(days=1)
    seen = as_("pia").get(f"{URL}?from={last}&to={until}").get_json()["items"]
    assert [day["kind"] for day in seen] == ["school_day", "outside_term"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-09-02&to=2026-09-01", "to"),
        ("from=2026-09-01&to=2027-10-06", "to"),
        ("from=whenever", "from"),
        ("from=9999-12-31", "from"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(as_: As, query: str, field: str) -> None:
    answer = as_("pia").get(f"{URL}?{query}")
    assert answer.status_code == 422
    assert field in answer.get_json()["error"]["fields"]


def test_a_whole_year_is_told_at_once_in_few_statements(
    as_: As, world: World, statements: list[str]
) -> None:
    olive = as_("olive")
    url = f"{URL}?from=2026-09-01&to=2027-10-05"
    olive.get(url)
    del statements[:]
    answer = olive.get(url).get_json()
    assert len(answer["items"]) == 400
    assert answer["next_cursor"] is None
    assert len(statements) <= 6


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "closure"}, "date"),
        ({"date": "2026-02-30", "kind": "closure"}, "date"),
        ({"date": "2026-10-07", "kind": "party"}, "kind"),
        ({"date": "2026-10-07", "kind": "closure", "note": "x" * 201}, "note"),
        ({"date": "2026-10-07", "kind": "closure", "note": "\x07"}, "note"),
        ({"date": "2026-10-07", "kind": "closure", "until": "2026-10-08"}, "until"),
    ],
)
def test_a_day_that_makes_no_sense_is_refused(
    as_: As, rows: Rows, body: dict[str, Any], field: str
) -> None:
    answer = as_("olive").post(DAYS, json=body)
    assert answer.status_code == 422
    assert field in answer.get_json()["error"]["fields"]
    assert rows("calendar_day") == []


def test_a_day_stands_in_the_calendar_once(as_: As, world: World, rows: Rows) -> None:
    olive = as_("olive")
    body = {"date": str(world.today), "kind": "closure"}
    olive.post(DAYS, json=body)
    before = rows("calendar_day")
    answer = olive.post(DAYS, json=body | {"kind": "half_day"})
    assert answer.status_code == 409
    assert "date" in answer.get_json()["error"]["fields"]
    assert rows("calendar_day") == before


@pytest.mark.parametrize("who", ["tom", "sam", "pia", "gwen"])
def test_the_calendar_is_kept_by_the_office(as_: As, world: World, rows: Rows, who: str) -> None:
    one = as_("ada").post(DAYS, json={"date": str(world.today), "kind": "closure"}).get_json()
    before = rows("calendar_day")
    caller = as_(who)
    assert len(caller.get(DAYS).get_json()["items"]) == 1
    assert caller.post(DAYS, json={"date": "2026-10-07", "kind": "closure"}).status_code == 403
    assert caller.patch(f"{DAYS}/{one['id']}", json={"note": "x"}).status_code == 403
    assert caller.delete(f"{DAYS}/{one['id']}").status_code == 403
    assert rows("calendar_day") == before


def test_another_schools_calendar_is_its_own(as_: As, world: World, elsewhere: World) -> None:
    theirs = as_("ada", elsewhere).post(DAYS, json={"date": str(world.today), "kind": "closure"})
    olive = as_("olive")
    assert olive.get(DAYS).get_json()["items"] == []
    url = f"{DAYS}/{theirs.get_json()['id']}"
    assert olive.get(url).status_code == 404
    assert olive.patch(url, json={"note": "x"}).status_code == 404
    assert olive.delete(url).status_code == 404


def test_today_is_where_the_school_is(as_: As, world: World) -> None:
    first = as_("pia").get(URL).get_json()["items"][0]["date"]
    assert first == str(world.today.replace(day=1))
