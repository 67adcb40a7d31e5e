from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.world import Caller, World

As = Callable[..., Caller]
Rows = Callable[..., list[tuple[Any, ...]]]
URL = "/api/v1/academic-sessions"


def days(world: World, number: int) -> str:
    return str(world.today + dt.timedelta(days=number))


def term(world: World, first: int, last: int, name: str = "Autumn", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "kind": "term",
        "year_id": str(world.year),
        "starts_on": days(world, first),
        "ends_on": days(world, last),
        **more,
    }


def test_an_admin_divides_the_year_into_terms(as_: As, world: World) -> None:
    ada = as_("ada")
    added = ada.post(URL, json=term(world, -90, 10))
    assert added.status_code == 201
    assert ada.post(URL, json=term(world, 11, 100, "Spring")).status_code == 201
    listed = ada.get(URL).get_json()["items"]
    assert [session["name"] for session in listed if session["kind"] == "term"] == [
        "Autumn",
        "Spring",
    ]
    found = ada.get(f"{URL}/{added.get_json()['id']}").get_json()
    assert found == added.get_json()


def test_between_two_terms_there_is_no_school(as_: As, world: World) -> None:
    ada = as_("ada")
    ada.post(URL, json=term(world, -90, -10))
    answer = ada.get(f"/api/v1/calendar?from={world.today}&to={world.today}").get_json()
    assert answer["items"] == [
        {
            "date": str(world.today),
            "is_school_day": False,
            "kind": "outside_term",
            "why": "Holidays",
            "note": None,
        }
    ]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-91, 10, "starts_on"), (0, 201, "ends_on"), (10, 9, "ends_on")],
)
def test_a_term_lies_inside_its_year(
    as_: As, world: World, rows: Rows, first: int, last: int, field: str
) -> None:
    before = rows("academic_session")
    answer = as_("ada").post(URL, json=term(world, first, last))
    assert answer.status_code == 422
    assert field in answer.get_json()["error"]["fields"]
    assert rows("academic_session") == before


def test_terms_of_one_year_do_not_overlap(as_: As, world: World, rows: Rows) -> None:
    ada = as_("ada")
    ada.post(URL, json=term(world, -90, 10))
    before = rows("academic_session")
    answer = ada.post(URL, json=term(world, 10, 100, "Spring"))
    assert answer.status_code == 409
    assert "Autumn lasts from" in answer.get_json()["error"]["fields"]["starts_on"][0]
    assert rows("academic_session") == before


def test_a_term_may_be_moved_where_it_only_overlaps_itself(as_: As, world: World) -> None:
    ada = as_("ada")
    added = ada.post(URL, json=term(world, -90, 10)).get_json()
    moved = ada.patch(f"{URL}/{added['id']}", json={"ends_on": days(world, 20)})
    assert moved.status_code == 200
    assert moved.get_json()["ends_on"] == days(world, 20)


def test_a_year_does_not_shrink_below_its_terms(as_: As, world: World, rows: Rows) -> None:
    ada = as_("ada")
    ada.post(URL, json=term(world, -90, 10))
    before = rows("academic_session")
    answer = ada.patch(f"{URL}/{world.year}", json={"ends_on": days(world, 5)})
    assert answer.status_code == 422
    assert "ends_on" in answer.get_json()["error"]["fields"]
    assert rows("academic_session") == before


def test_a_year_does_not_leave_its_enrolments_outside(as_: As, world: World) -> None:
    answer = as_("ada").patch(f"{URL}/{world.year}", json={"starts_on": days(world, -10)})
    assert answer.status_code == 409
    assert "lie outside" in answer.get_json()["error"]["message"]


def test_a_year_with_classes_stays(as_: As, world: World, rows: Rows) -> None:
    answer = as_("ada").delete(f"{URL}/{world.year}")
    assert answer.status_code == 409
    assert answer.get_json()["error"]["code"] == "in_use"
    assert "3 classes" in answer.get_json()["error"]["message"]
    assert len(rows("academic_session")) == 1


def test_a_term_entered_by_mistake_is_removed(as_: As, world: World, rows: Rows) -> None:
    ada = as_("ada")
    added = ada.post(URL, json=term(world, -90, 10)).get_json()
    assert ada.delete(f"{URL}/{added['id']}").status_code == 204
    assert len(rows("academic_session")) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"year_id": None}, "year_id"),
        ({"kind": "year"}, "year_id"),
        ({"kind": "century"}, "kind"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "  "}, "name"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_term_that_makes_no_sense_is_refused(
    as_: As, world: World, rows: Rows, change: dict[str, Any], field: str
) -> None:
    before = rows("academic_session")
    answer = as_("ada").post(URL, json=term(world, -90, 10) | change)
    assert answer.status_code == 422
    assert field in answer.get_json()["error"]["fields"]
    assert rows("academic_session") == before


def test_the_year_of_a_term_is_a_year_of_this_school(
    as_: As, world: World, elsewhere: World
) -> None:
    ada = as_("ada")
    a_term = ada.post(URL, json=term(world, -90, 10)).get_json()["id"]
    for foreign in (elsewhere.year, world.pia, a_term):
        answer = ada.post(URL, json=term(world, 11, 20, "Spring", year_id=str(foreign)))
        assert answer.status_code == 422
        assert "year_id" in answer.get_json()["error"]["fields"]


def test_a_year_with_terms_does_not_become_a_term(as_: As, world: World) -> None:
    ada = as_("ada")
    ada.post(URL, json=term(world, -90, 10))
    other = {
        "name": "Next year",
        "kind": "year",
        "starts_on": days(world, -200),
        "ends_on": days(world, 400),
    }
    longer = ada.post(URL, json=other).get_json()["id"]
    answer = ada.patch(f"{URL}/{world.year}", json={"kind": "term", "year_id": longer})
    assert answer.status_code == 422
    assert "kind" in answer.get_json()["error"]["fields"]


def test_two_sessions_do_not_share_a_name(as_: As, world: World) -> None:
    answer = as_("ada").post(URL, json=term(world, -90, 10, "This year"))
    assert answer.status_code == 409
    assert "name" in answer.get_json()["error"]["fields"]


@pytest.mark.parametrize("who", ["olive", "tom", "sam", "pia", "gwen"])
def test_only_an_admin_changes_years_and_terms(as_: As, world: World, rows: Rows, who: str) -> None:
    before = rows("academic_session")
    caller = as_(who)
    assert caller.get(URL).status_code == 200
    assert caller.post(URL, json=term(world, -90, 10)).status_code == 403
    assert caller.patch(f"{URL}/{world.year}", json={"name": "Mine"}).status_code == 403
    assert caller.delete(f"{URL}/{world.year}").status_code == 403
    assert rows("academic_session") == before


def test_another_schools_year_does_not_exist(as_: As, elsewhere: World) -> None:
    ada = as_("ada")
    assert ada.get(f"{URL}/{elsewhere.year}").status_code == 404
    assert ada.patch(f"{URL}/{elsewhere.year}", json={"name": "Mine"}).status_code == 404
    assert ada.delete(f"{URL}/{elsewhere.year}").status_code == 404


def test_each_year_stands_before_its_terms_and_the_newest_year_first(as_: As, world: World) -> None:
    ada = as_("ada")
    coming = {
        "name": "Next year",
        "kind": "year",
        "starts_on": days(world, 300),
        "ends_on": days(world, 500),
    }
    assert ada.post(URL, json=coming).status_code == 201
    for name, first, last in (("Spring", 20, 90), ("Autumn", -90, 10)):
        assert ada.post(URL, json=term(world, first, last, name)).status_code == 201
    page = ada.get("/academic-sessions").get_data(as_text=True)
    places = [page.index(f">{name}<") for name in ("Next year", "This year", "Autumn", "Spring")]
    assert places == sorted(places)
