from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.world import Caller, World

As = Callable[..., Caller]
Rows = Callable[..., list[tuple[Any, ...]]]
URL = "/api/v1/covers"


def cover(world: World, who: str = "sam", section: str = "maths_7a", **more: Any) -> dict[str, Any]:
    return {
        "section_id": str(world.ids[section]),
        "person_id": str(world.ids[who]),
        "date": str(world.today + dt.timedelta(days=1)),
        **more,
    }


def test_an_officer_arranges_a_cover_and_takes_it_back(as_: As, world: World) -> None:
    olive = as_("olive")
    added = olive.post(URL, json=cover(world, slot=1, note="Worksheets in the tray"))
    assert added.status_code == 201
    made = added.get_json()
    assert (made["section"], made["name"], made["warnings"]) == ("7A Maths", "Sam Stone", [])
    url = f"{URL}/{made['id']}"
    changed = olive.patch(url, json={"person_id": str(world.cora), "slot": None})
    assert (changed.get_json()["name"], changed.get_json()["slot"]) == ("Cora Cole", None)
    assert olive.delete(url).status_code == 204
    assert olive.get(url).status_code == 404


def test_covers_of_the_past_may_be_written_down(as_: As, world: World) -> None:
    yesterday = str(world.today - dt.timedelta(days=1))
    assert as_("olive").post(URL, json=cover(world, date=yesterday)).status_code == 201


def test_who_covers_while_teaching_is_told(as_: As, world: World) -> None:
    olive = as_("olive")
    lesson = {
        "section_id": str(world.homeroom_7b),
        "weekday": (world.today + dt.timedelta(days=1)).isoweekday(),
        "slot": 1,
    }
    as_("ada").post("/api/v1/timetable-entries", json=lesson)
    for slot in (1, None):
        answer = olive.post(URL, json=cover(world, "tara", slot=slot))
        assert answer.status_code == 201
        assert [w["message"] for w in answer.get_json()["warnings"]] == [
            "Tara Tran also has 7B then."
        ]
        olive.delete(f"{URL}/{answer.get_json()['id']}")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"who": "pia"}, "person_id"),
        ({"who": "maths_7a"}, "person_id"),
        ({"section": "pia"}, "section_id"),
        ({"slot": 2}, "slot"),
        ({"slot": 9}, "slot"),
        ({"slot": "first"}, "slot"),
        ({"date": "2001-01-01"}, "date"),
        ({"date": "tomorrow"}, "date"),
        ({"note": "x" * 501}, "note"),
        ({"pay": 10}, "pay"),
    ],
)
def test_a_cover_that_cannot_be_is_refused(
    as_: As, world: World, rows: Rows, change: dict[str, Any], field: str
) -> None:
    before = rows("cover")
    answer = as_("olive").post(URL, json=cover(world, **change))
    assert answer.status_code == 422
    assert field in answer.get_json()["error"]["fields"]
    assert rows("cover") == before


def test_another_schools_people_and_classes_are_unknown(
    as_: As, world: World, elsewhere: World, rows: Rows
) -> None:
    before = rows("cover")
    for field, foreign in (("section_id", elsewhere.maths_7a), ("person_id", elsewhere.sam)):
        answer = as_("olive").post(URL, json=cover(world) | {field: str(foreign)})
        assert answer.status_code == 422
        assert list(answer.get_json()["error"]["fields"]) == [field]
    assert rows("cover") == before


def test_nobody_covers_on_a_day_without_school(as_: As, world: World, rows: Rows) -> None:
    olive = as_("olive")
    before = rows("cover")
    closed = {"date": cover(world)["date"], "kind": "closure"}
    olive.post("/api/v1/calendar-days", json=closed)
    answer = olive.post(URL, json=cover(world))
    assert answer.status_code == 422
    assert answer.get_json()["error"]["fields"]["date"] == ["There is no school on that day."]
    assert rows("cover") == before


@pytest.mark.parametrize(("first", "second"), [(None, 1), (1, None), (1, 1), (None, None)])
def test_the_same_person_does_not_cover_twice_at_once(
    as_: As, world: World, rows: Rows, first: int | None, second: int | None
) -> None:
    olive = as_("olive")
    assert olive.post(URL, json=cover(world, slot=first)).status_code == 201
    before = rows("cover")
    answer = olive.post(URL, json=cover(world, slot=second))
    assert answer.status_code == 409
    assert answer.get_json()["error"]["code"] == "overlap"
    assert rows("cover") == before


def test_two_may_share_a_cover(as_: As, world: World) -> None:
    olive = as_("olive")
    assert olive.post(URL, json=cover(world, "sam")).status_code == 201
    assert olive.post(URL, json=cover(world, "cora")).status_code == 201


def test_covers_are_seen_by_the_office_and_by_those_they_concern(as_: As, world: World) -> None:
    one = as_("olive").get(URL).get_json()["items"][0]
    for who, seen in (("tom", True), ("cora", True), ("tara", False), ("sam", False)):
        caller = as_(who)
        assert len(caller.get(URL).get_json()["items"]) == int(seen)
        assert caller.get(f"{URL}/{one['id']}").status_code == (200 if seen else 403)
    assert as_("pia").get(URL).status_code == 403
    assert (
        as_(
            "ada",
        )
        .get(f"{URL}/{world.pia}")
        .status_code
        == 404
    )


def test_covers_are_found_by_date_class_and_person(as_: As, world: World) -> None:
    olive = as_("olive")
    olive.post(URL, json=cover(world))

    def found(query: str) -> list[str]:
        return [c["section"] for c in olive.get(f"{URL}?{query}").get_json()["items"]]

    assert found("") == ["7A", "7A Maths"]
    assert found(f"to={world.today}") == ["7A"]
    assert found(f"from={cover(world)['date']}") == ["7A Maths"]
    assert found(f"person_id={world.cora}") == ["7A"]
    assert found(f"section_id={world.maths_7a}") == ["7A Maths"]


@pytest.mark.parametrize("who", ["tom", "cora", "sam", "pia"])
def test_covers_are_arranged_by_the_office(as_: As, world: World, rows: Rows, who: str) -> None:
    before = rows("cover")
    one = as_("olive").get(URL).get_json()["items"][0]
    caller = as_(who)
    assert caller.post(URL, json=cover(world)).status_code == 403
    assert caller.patch(f"{URL}/{one['id']}", json={"note": "x"}).status_code == 403
    assert caller.delete(f"{URL}/{one['id']}").status_code == 403
    assert rows("cover") == before
