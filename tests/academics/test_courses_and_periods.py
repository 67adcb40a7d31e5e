from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.world import Caller, World

As = Callable[..., Caller]
Rows = Callable[..., list[tuple[Any, ...]]]
COURSES, PERIODS = "/api/v1/courses", "/api/v1/periods"
THIRD = {"slot": 3, "name": "Third", "starts_at": "11:00", "ends_at": "12:00"}


def test_an_admin_keeps_the_courses(as_: As) -> None:
    ada = as_("ada")
    added = ada.post(COURSES, json={"name": "French", "code": "FR"})
    assert added.status_code == 201
    url = f"{COURSES}/{added.get_json()['id']}"
    assert ada.patch(url, json={"name": "Français"}).get_json()["code"] == "FR"
    assert [course["name"] for course in ada.get(COURSES).get_json()["items"]] == [
        "Français",
        "Mathematics",
    ]
    assert ada.delete(url).status_code == 204
    assert ada.get(url).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"name": "More maths", "code": "MA"}, 409, "code"),
        ({"name": "Maths"}, 422, "code"),
        ({"name": 7, "code": "X"}, 422, "name"),
        ({"name": "Maths", "code": "X" * 31}, 422, "code"),
        ({"name": "Maths", "code": "X", "school_id": "mine"}, 422, "school_id"),
    ],
)
def test_a_course_that_cannot_be_is_refused(
    as_: As, rows: Rows, body: dict[str, Any], status: int, field: str
) -> None:
    before = rows("course")
    answer = as_("ada").post(COURSES, json=body)
    assert answer.status_code == status
    assert field in answer.get_json()["error"]["fields"]
    assert rows("course") == before


def test_two_courses_do_not_share_a_number(as_: As) -> None:
    ada = as_("ada")
    ada.post(COURSES, json={"name": "French", "code": "FR", "external_id": "1"})
    answer = ada.post(COURSES, json={"name": "German", "code": "DE", "external_id": "1"})
    assert answer.status_code == 409
    assert "external_id" in answer.get_json()["error"]["fields"]


def test_a_course_with_classes_stays(as_: As, world: World) -> None:
    answer = as_("ada").delete(f"{COURSES}/{world.maths}")
    assert answer.status_code == 409
    assert answer.get_json()["error"]["code"] == "in_use"


def test_courses_are_for_those_who_work_here(as_: As, world: World) -> None:
    assert as_("sam").get(COURSES).status_code == 200
    assert as_("pia").get(COURSES).status_code == 403
    assert as_("olive").post(COURSES, json={"name": "French", "code": "FR"}).status_code == 403
    assert as_("tom").delete(f"{COURSES}/{world.maths}").status_code == 403


def test_the_pages_of_a_list_leave_nothing_out(as_: As) -> None:
    ada = as_("ada")
    for number in range(5):
        ada.post(COURSES, json={"name": f"Course {number}", "code": f"C{number}"})
    names: list[str] = []
    cursor = ""
    while True:
        page = ada.get(f"{COURSES}?limit=2{cursor}").get_json()
        names += [course["name"] for course in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert names == [*(f"Course {number}" for number in range(5)), "Mathematics"]


@pytest.mark.parametrize("query", ["limit=201", "limit=0", "cursor=nonsense"])
def test_a_list_refuses_what_it_does_not_know(as_: As, query: str) -> None:
    answer = as_("ada").get(f"{COURSES}?{query}")
    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.get_json()["error"]["fields"]


def test_an_admin_keeps_the_periods(as_: As) -> None:
    ada = as_("ada")
    added = ada.post(PERIODS, json=THIRD)
    assert added.status_code == 201
    url = f"{PERIODS}/{added.get_json()['id']}"
    assert ada.patch(url, json={"slot": 4, "ends_at": "12:30"}).get_json()["slot"] == 4
    assert [p["slot"] for p in as_("pia").get(PERIODS).get_json()["items"]] == [1, 2, 4]
    assert ada.delete(url).status_code == 204
    assert ada.get(url).status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"starts_at": "10:59"}, 409, "starts_at"),
        ({"slot": 2}, 409, "slot"),
        ({"ends_at": "11:00"}, 422, "ends_at"),
        ({"slot": 31}, 422, "slot"),
        ({"slot": 0}, 422, "slot"),
        ({"starts_at": "25:00"}, 422, "starts_at"),
        ({"starts_at": "11:00+02:00"}, 422, "starts_at"),
        ({"name": None}, 422, "name"),
    ],
)
def test_a_period_that_cannot_be_is_refused(
    as_: As, rows: Rows, change: dict[str, Any], status: int, field: str
) -> None:
    before = rows("period")
    answer = as_("ada").post(PERIODS, json=THIRD | change)
    assert answer.status_code == status
    assert field in answer.get_json()["error"]["fields"]
    assert rows("period") == before


def test_a_period_with_lessons_keeps_its_place_but_may_change_its_times(
    as_: As, rows: Rows
) -> None:
    ada = as_("ada")
    first = ada.get(PERIODS).get_json()["items"][0]
    url = f"{PERIODS}/{first['id']}"
    before = rows("period")
    assert ada.delete(url).status_code == 409
    assert ada.patch(url, json={"slot": 9}).status_code == 409
    assert rows("period") == before
    assert ada.patch(url, json={"starts_at": "08:45"}).status_code == 200


def test_only_an_admin_changes_the_periods(as_: As, rows: Rows) -> None:
    before = rows("period")
    first = as_("pia").get(PERIODS).get_json()["items"][0]
    for who in ("olive", "tom", "pia"):
        assert as_(who).post(PERIODS, json=THIRD).status_code == 403
        assert as_(who).patch(f"{PERIODS}/{first['id']}", json={"name": "x"}).status_code == 403
    assert rows("period") == before
