from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.world import Caller, World

As = Callable[..., Caller]
Rows = Callable[..., list[tuple[Any, ...]]]
URL, ENTRIES = "/api/v1/timetable", "/api/v1/timetable-entries"


def days(world: World, number: int) -> dt.date:
    return world.today + dt.timedelta(days=number)


def lesson(world: World, section: str = "homeroom_7b", **more: Any) -> dict[str, Any]:
    body = {
        "section_id": str(world.ids[section]),
        "weekday": world.today.isoweekday(),
        "slot": 2,
        "starts_on": str(days(world, -60)),
    }
    return body | more


def names(answer: Any) -> list[tuple[int, str]]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [(item["slot"], item["section"]) for item in answer.get_json()["items"]]


def test_an_admin_puts_a_class_into_the_timetable(as_: As, world: World) -> None:
    ada = as_("ada")
    added = ada.post(ENTRIES, json=lesson(world, room="Gym"))
    assert added.status_code == 201
    assert added.get_json()["warnings"] == []
    assert names(ada.get(URL)) == [(1, "7A Maths"), (2, "7B")]
    found = ada.get(f"{URL}?section_id={world.homeroom_7b}").get_json()["items"][0]
    assert (found["room"], found["period"], found["starts_at"]) == ("Gym", "Second", "10:00:00")
    assert [teacher["name"] for teacher in found["teachers"]] == ["Tara Tran"]


def test_a_lesson_takes_place_on_its_weekday_between_its_dates(as_: As, world: World) -> None:
    ada = as_("ada")
    ada.post(ENTRIES, json=lesson(world, starts_on=str(world.today), ends_on=str(days(world, 7))))
    on = {
        number: (2, "7B") in names(ada.get(f"{URL}?on={days(world, number)}"))
        for number in (-7, -1, 0, 1, 7, 14)
    }
    assert on == {-7: False, -1: False, 0: True, 1: False, 7: True, 14: False}


def test_a_and_b_weeks_alternate_from_the_start_of_the_year(as_: As, world: World) -> None:
    ada = as_("ada")
    ada.post(ENTRIES, json=lesson(world, weeks="a"))
    ada.post(ENTRIES, json=lesson(world, "homeroom_7a", weeks="b"))
    start = days(world, -90)
    weeks = (world.today - dt.timedelta(days=world.today.weekday())) - (
        start - dt.timedelta(days=start.weekday())
    )
    now, then = ("7B", "7A") if weeks.days // 7 % 2 == 0 else ("7A", "7B")
    assert (2, now) in names(ada.get(URL))
    assert (2, then) not in names(ada.get(URL))
    assert (2, then) in names(ada.get(f"{URL}?on={days(world, 7)}"))


def test_on_a_closed_day_nothing_takes_place(as_: As, world: World) -> None:
    olive = as_("olive")
    closure = {"date": str(world.today), "kind": "closure", "note": "Burst pipe"}
    olive.post("/api/v1/calendar-days", json=closure)
    answer = as_("pia").get(URL).get_json()
    assert answer["items"] == []
    assert (answer["is_school_day"], answer["why"], answer["note"]) == (
        False,
        "Closed",
        "Burst pipe",
    )


def test_outside_the_year_nothing_takes_place(as_: As, world: World) -> None:
    assert names(as_("ada").get(f"{URL}?on={days(world, 300)}")) == []


def test_a_cover_is_shown_to_everybody_and_in_the_timetable_of_who_covers(
    as_: As, world: World
) -> None:
    cover = {
        "section_id": str(world.maths_7a),
        "person_id": str(world.cora),
        "date": str(world.today),
        "slot": 1,
        "note": "Tom has jury duty",
    }
    assert names(as_("cora").get(URL)) == []
    assert as_("olive").post("/api/v1/covers", json=cover).status_code == 201
    assert names(as_("cora").get(URL)) == [(1, "7A Maths")]
    seen = as_("pia").get(URL).get_json()["items"][0]
    assert [cover["name"] for cover in seen["covers"]] == ["Cora Cole"]
    assert "jury" not in as_("pia").get(URL).get_data(as_text=True)
    assert names(as_("cora").get(f"{URL}?on={days(world, 1)}")) == []


@pytest.mark.parametrize(
    ("who", "expected"),
    [("tom", 1), ("pia", 1), ("gwen", 1), ("tara", 0), ("quinn", 0), ("gil", 0), ("sam", 0)],
)
def test_everybody_sees_their_own_lessons(as_: As, who: str, expected: int) -> None:
    assert len(names(as_(who).get(URL))) == expected


@pytest.mark.parametrize(
    ("who", "query", "status"),
    [
        ("olive", "person_id={tom}", 200),
        ("tom", "person_id={tom}", 200),
        ("tom", "person_id={tara}", 403),
        ("tom", "person_id={pia}", 403),
        ("gwen", "person_id={pia}", 200),
        ("gwen", "person_id={quinn}", 403),
        ("pia", "person_id={paul}", 403),
        ("tom", "section_id={maths_7a}", 200),
        ("tom", "section_id={homeroom_7b}", 403),
        ("quinn", "section_id={maths_7a}", 403),
        ("olive", "section_id={pia}", 404),
        ("olive", "person_id={maths_7a}", 404),
        ("olive", "on=yesterday", 422),
        ("olive", "on=9999-12-31", 422),
        ("olive", "person_id=7", 422),
    ],
)
def test_a_timetable_is_for_those_it_concerns(
    as_: As, world: World, who: str, query: str, status: int
) -> None:
    assert as_(who).get(f"{URL}?{query.format(**world.ids)}").status_code == status


def test_another_schools_timetable_does_not_exist(as_: As, elsewhere: World) -> None:
    ada = as_("ada")
    assert ada.get(f"{URL}?person_id={elsewhere.tom}").status_code == 404
    assert ada.get(f"{URL}?section_id={elsewhere.maths_7a}").status_code == 404
    assert ada.get(f"{ENTRIES}?section_id={elsewhere.maths_7a}").status_code == 404


def test_a_room_has_a_timetable_of_its_own(as_: As, world: World) -> None:
    ada = as_("ada")
    ada.post(ENTRIES, json=lesson(world, room="Gym"))
    assert names(ada.get(f"{URL}?room=gym")) == [(2, "7B")]
    assert names(ada.get(f"{URL}?room=R1")) == [(1, "7A Maths")]


def test_a_long_day_comes_in_pages(as_: As, world: World) -> None:
    ada = as_("ada")
    for section in ("homeroom_7a", "homeroom_7b", "maths_7a"):
        ada.post(ENTRIES, json=lesson(world, section, room=section))
    found, cursor = [], ""
    for _ in range(4):
        page = ada.get(f"{URL}?limit=1{cursor}").get_json()
        found += [(item["slot"], item["section"]) for item in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert page["next_cursor"] is None
    assert found == [(1, "7A Maths"), (2, "7A"), (2, "7A Maths"), (2, "7B")]
    assert ada.get(f"{URL}?cursor=WyJ4Il0=").status_code == 422


def test_a_class_does_not_meet_twice_at_once(as_: As, world: World, rows: Rows) -> None:
    ada = as_("ada")
    before = rows("timetable_entry")
    answer = ada.post(ENTRIES, json=lesson(world, "maths_7a", slot=1, weeks="a"))
    assert answer.status_code == 409
    error = answer.get_json()["error"]
    assert error["code"] == "overlap"
    assert error["fields"]["slot"] == ["7A Maths already meets then."]
    assert rows("timetable_entry") == before


def test_a_class_may_meet_then_in_other_weeks_or_at_other_times(as_: As, world: World) -> None:
    ada = as_("ada")
    a_weeks = lesson(world, ends_on=str(days(world, -1)))
    assert ada.post(ENTRIES, json=a_weeks).status_code == 201
    assert ada.post(ENTRIES, json=lesson(world, starts_on=str(world.today))).status_code == 201
    assert ada.post(ENTRIES, json=lesson(world, "homeroom_7a", weeks="a")).status_code == 201
    assert ada.post(ENTRIES, json=lesson(world, "homeroom_7a", weeks="b")).status_code == 201


def test_a_teacher_or_room_in_two_places_is_stored_and_said(as_: As, world: World) -> None:
    ada = as_("ada")
    answer = ada.post(ENTRIES, json=lesson(world, "homeroom_7a", slot=1))
    assert answer.status_code == 201
    told = [(w["kind"], w["message"]) for w in answer.get_json()["warnings"]]
    assert told == [
        ("room", "7A Maths is in R1 then."),
        ("teacher", "Tom Tanner also teaches 7A Maths then."),
    ]
    moved = ada.patch(f"{ENTRIES}/{answer.get_json()['id']}", json={"slot": 2})
    assert moved.get_json()["warnings"] == []
    back = ada.patch(f"{ENTRIES}/{answer.get_json()['id']}", json={"slot": 1, "room": "Gym"})
    assert [w["kind"] for w in back.get_json()["warnings"]] == ["teacher"]


def test_a_lesson_is_moved_and_removed(as_: As, world: World) -> None:
    ada = as_("ada")
    url = f"{ENTRIES}/{ada.post(ENTRIES, json=lesson(world)).get_json()['id']}"
    assert ada.patch(url, json={"ends_on": str(days(world, -1))}).status_code == 200
    assert names(ada.get(URL)) == [(1, "7A Maths")]
    assert ada.delete(url).status_code == 204
    assert ada.get(url).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slot": 7}, "slot"),
        ({"slot": 99}, "slot"),
        ({"weekday": 0}, "weekday"),
        ({"weekday": "Monday"}, "weekday"),
        ({"weeks": "c"}, "weeks"),
        ({"section_id": "not an id"}, "section_id"),
        ({"starts_on": "2001-01-01"}, "starts_on"),
        ({"ends_on": "2199-01-01"}, "ends_on"),
        ({"ends_on": "2001-01-01"}, "ends_on"),
        ({"room": "x" * 41}, "room"),
        ({"teacher": "Tom"}, "teacher"),
    ],
)
def test_a_lesson_that_cannot_be_is_refused(
    as_: As, world: World, rows: Rows, change: dict[str, Any], field: str
) -> None:
    before = rows("timetable_entry")
    answer = as_("ada").post(ENTRIES, json=lesson(world) | change)
    assert answer.status_code == 422
    assert field in answer.get_json()["error"]["fields"]
    assert rows("timetable_entry") == before


def test_ids_of_other_things_are_no_classes(
    as_: As, world: World, elsewhere: World, rows: Rows
) -> None:
    before = rows("timetable_entry")
    for wrong in (world.pia, world.maths, elsewhere.maths_7a):
        answer = as_("ada").post(ENTRIES, json=lesson(world) | {"section_id": str(wrong)})
        assert answer.status_code == 422
        assert list(answer.get_json()["error"]["fields"]) == ["section_id"]
    assert rows("timetable_entry") == before


@pytest.mark.parametrize("who", ["olive", "tom", "sam", "pia", "gwen"])
def test_only_an_admin_changes_the_timetable(as_: As, world: World, rows: Rows, who: str) -> None:
    before = rows("timetable_entry")
    one = as_("ada").get(ENTRIES).get_json()["items"][0]
    caller = as_(who)
    assert caller.post(ENTRIES, json=lesson(world)).status_code == 403
    assert caller.patch(f"{ENTRIES}/{one['id']}", json={"slot": 2}).status_code == 403
    assert caller.delete(f"{ENTRIES}/{one['id']}").status_code == 403
    assert rows("timetable_entry") == before


def test_the_pattern_is_readable_to_those_of_the_class(as_: As, world: World) -> None:
    one = as_("ada").get(ENTRIES).get_json()["items"][0]
    for who, total in (("tom", 7), ("pia", 7), ("gwen", 7), ("tara", 0), ("sam", 0)):
        caller = as_(who)
        assert len(caller.get(ENTRIES).get_json()["items"]) == total
        expected = 200 if total else 403
        assert caller.get(f"{ENTRIES}/{one['id']}").status_code == expected
        assert caller.get(f"{ENTRIES}?section_id={world.maths_7a}").status_code == expected


def test_the_number_of_statements_does_not_grow_with_lessons_or_days(
    as_: As, world: World, statements: list[str]
) -> None:
    ada = as_("ada")
    url = f"{URL}?person_id={world.tom}"
    ada.get(url)
    del statements[:]
    ada.get(url)
    before = len(statements)
    for weekday in range(1, 8):
        for section in ("homeroom_7a", "homeroom_7b"):
            ada.post(ENTRIES, json=lesson(world, section, weekday=weekday))
    del statements[:]
    assert len(names(ada.get(url))) == 2
    assert len(statements) == before
    assert before <= 13
