from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.world import Caller, World

As = Callable[..., Caller]
Rows = Callable[..., list[tuple[Any, ...]]]
URL = "/api/v1/sections"


def new(world: World, **more: Any) -> dict[str, Any]:
    return {"name": "8C", "kind": "homeroom", "academic_session_id": str(world.year), **more}


def test_an_admin_adds_a_class_and_archives_it(as_: As, world: World) -> None:
    ada = as_("ada")
    added = ada.post(URL, json=new(world, grade="8", room="Hut"))
    assert added.status_code == 201
    section = added.get_json()
    assert (section["students"], section["teachers"], section["active"]) == (0, [], True)
    url = f"{URL}/{section['id']}"
    assert ada.patch(url, json={"active": False}).get_json()["active"] is False
    assert [s["name"] for s in ada.get(f"{URL}?active=false").get_json()["items"]] == ["8C"]


def test_classes_come_by_grade_as_people_count(as_: As, world: World) -> None:
    ada = as_("ada")
    for name, grade in (("10B", "Year 10"), ("Chess", None), ("8C", "8")):
        ada.post(URL, json=new(world, name=name, grade=grade))
    listed = ada.get(URL).get_json()["items"]
    assert [s["name"] for s in listed] == ["Chess", "7A", "7A Maths", "7B", "8C", "10B"]
    first = ada.get(f"{URL}?limit=4").get_json()
    rest = ada.get(f"{URL}?limit=4&cursor={first['next_cursor']}").get_json()
    assert [s["id"] for s in first["items"] + rest["items"]] == [s["id"] for s in listed]


def test_the_list_says_how_many_are_in_a_class_and_who_teaches_it(as_: As, world: World) -> None:
    listed = {s["name"]: s for s in as_("sam").get(URL).get_json()["items"]}
    assert listed["7A"]["students"] == 2
    assert listed["7A"]["teachers"] == [{"person_id": str(world.tom), "name": "Tom Tanner"}]
    assert listed["7B"]["students"] == 1


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=maths", ["7A Maths"]),
        ("kind=homeroom", ["7A", "7B"]),
        ("grade=7&q=b", ["7B"]),
        ("grade=8", []),
        ("q=100%25", []),
        ("without_teacher=true", []),
    ],
)
def test_classes_are_found_by_what_is_known_of_them(as_: As, query: str, names: list[str]) -> None:
    assert [s["name"] for s in as_("ada").get(f"{URL}?{query}").get_json()["items"]] == names


def test_a_class_without_a_teacher_is_found(as_: As, world: World) -> None:
    ada = as_("ada")
    ada.post(URL, json=new(world))
    listed = ada.get(f"{URL}?without_teacher=true").get_json()["items"]
    assert [s["name"] for s in listed] == ["8C"]


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"name": "7A"}, 409, "name"),
        ({"kind": "scheduled"}, 422, "course_id"),
        ({"kind": "club"}, 422, "kind"),
        ({"name": "x" * 101}, 422, "name"),
        ({"grade": 7}, 422, "grade"),
        ({"room": "\x00"}, 422, "room"),
        ({"academic_session_id": "7"}, 422, "academic_session_id"),
        ({"active": True}, 422, "active"),
    ],
)
def test_a_class_that_cannot_be_is_refused(
    as_: As, world: World, rows: Rows, change: dict[str, Any], status: int, field: str
) -> None:
    before = rows("section")
    answer = as_("ada").post(URL, json=new(world) | change)
    assert answer.status_code == status
    assert field in answer.get_json()["error"]["fields"]
    assert rows("section") == before


@pytest.mark.parametrize("field", ["academic_session_id", "course_id"])
def test_ids_of_other_schools_or_other_things_are_unknown(
    as_: As, world: World, elsewhere: World, rows: Rows, field: str
) -> None:
    before = rows("section")
    for wrong in (elsewhere.year, elsewhere.maths, world.pia):
        answer = as_("ada").post(URL, json=new(world, **{field: str(wrong)}))
        assert answer.status_code == 422
        assert list(answer.get_json()["error"]["fields"]) == [field]
    assert rows("section") == before


def test_two_classes_do_not_share_a_number(as_: As, world: World) -> None:
    ada = as_("ada")
    ada.post(URL, json=new(world, external_id="S1"))
    answer = ada.post(URL, json=new(world, name="8D", external_id="S1"))
    assert answer.status_code == 409
    assert "external_id" in answer.get_json()["error"]["fields"]


def test_a_class_that_had_people_stays_and_stays_what_it_is(
    as_: As, world: World, rows: Rows
) -> None:
    ada = as_("ada")
    before = rows("section")
    url = f"{URL}/{world.homeroom_7a}"
    assert ada.delete(url).get_json()["error"]["code"] == "in_use"
    changed = ada.patch(url, json={"kind": "scheduled", "course_id": str(world.maths)})
    assert "kind" in changed.get_json()["error"]["fields"]
    assert rows("section") == before


def test_an_empty_class_is_removed(as_: As, world: World) -> None:
    ada = as_("ada")
    url = f"{URL}/{ada.post(URL, json=new(world)).get_json()['id']}"
    assert ada.delete(url).status_code == 204
    assert ada.get(url).status_code == 404


def test_a_class_does_not_move_to_a_year_that_leaves_its_people_behind(
    as_: As, world: World, rows: Rows
) -> None:
    ada = as_("ada")
    next_year = {
        "name": "Next year",
        "kind": "year",
        "starts_on": str(world.today + dt.timedelta(days=210)),
        "ends_on": str(world.today + dt.timedelta(days=500)),
    }
    other = ada.post("/api/v1/academic-sessions", json=next_year).get_json()["id"]
    before = rows("section")
    url = f"{URL}/{world.homeroom_7a}"
    answer = ada.patch(url, json={"academic_session_id": other})
    assert answer.status_code == 409
    assert "academic_session_id" in answer.get_json()["error"]["fields"]
    assert rows("section") == before


@pytest.mark.parametrize("who", ["olive", "tom", "sam", "pia", "gwen"])
def test_only_an_admin_changes_classes(as_: As, world: World, rows: Rows, who: str) -> None:
    before = rows("section")
    caller = as_(who)
    assert caller.post(URL, json=new(world)).status_code == 403
    assert caller.patch(f"{URL}/{world.homeroom_7a}", json={"name": "x"}).status_code == 403
    assert caller.delete(f"{URL}/{world.homeroom_7a}").status_code == 403
    assert rows("section") == before


def test_the_number_of_statements_does_not_grow_with_the_classes(
    as_: As, world: World, statements: list[str]
) -> None:
    ada = as_("ada")
    ada.get(URL)
    del statements[:]
    ada.get(URL)
    before = len(statements)
    for number in range(12):
        ada.post(URL, json=new(world, name=f"8-{number}"))
    del statements[:]
    assert len(ada.get(URL).get_json()["items"]) == 15
    assert len(statements) == before
    assert before <= 8
