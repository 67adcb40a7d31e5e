from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from school_erp.extensions import db
from school_erp.people.models import Person
from tests.world import Caller, World

As = Callable[..., Caller]
Rows = Callable[..., list[tuple[Any, ...]]]
URL = "/api/v1/enrolments"


def days(world: World, number: int) -> str:
    return str(world.today + dt.timedelta(days=number))


def enrolment_of(caller: Caller, world: World, section: str, who: str) -> dict[str, Any]:
    ids = {"section_id": world.ids[section], "person_id": world.ids[who]}
    found = caller.get(URL, query_string=ids).get_json()["items"]
    assert len(found) == 1
    enrolment: dict[str, Any] = found[0]
    return enrolment


def test_an_officer_puts_a_pupil_into_a_class_from_today(as_: As, world: World) -> None:
    body = {
        "section_id": str(world.maths_7a),
        "person_id": str(world.quinn),
        "role": "student",
    }
    answer = as_("olive").post(URL, json=body)
    assert answer.status_code == 201
    made = answer.get_json()
    assert made["name"] == "Quinn Quist"
    assert (made["starts_on"], made["ends_on"]) == (str(world.today), None)
    listed = as_("tom").get(f"/api/v1/sections/{world.maths_7a}/students").get_json()["items"]
    assert [pupil["name"] for pupil in listed] == ["Pia Park", "Paul Pavlov", "Quinn Quist"]


def test_a_class_of_many_is_filled_at_once(as_: As, world: World, statements: list[str]) -> None:
    olive = as_("olive")
    url = f"/api/v1/sections/{world.maths_7a}/enrolments"
    one = {"person_ids": [str(world.quinn)], "role": "student", "starts_on": days(world, -5)}
    del statements[:]
    answer = olive.post(url, json=one)
    assert answer.status_code == 201
    assert [item["person_id"] for item in answer.get_json()["items"]] == [str(world.quinn)]
    with_one = len(statements)
    three = {"person_ids": [str(world.ids[who]) for who in ("tara", "cora", "cora")]}
    del statements[:]
    answer = olive.post(url, json={**one, **three, "role": "teacher"})
    assert [item["name"] for item in answer.get_json()["items"]] == ["Cora Cole", "Tara Tran"]
    assert len(statements) == with_one


def test_one_who_cannot_be_added_leaves_the_others_out_too(
    as_: As, world: World, elsewhere: World, rows: Rows
) -> None:
    before = rows("enrolment")
    people = [world.quinn, world.pia, world.sam, elsewhere.quinn]
    answer = as_("olive").post(
        f"/api/v1/sections/{world.maths_7a}/enrolments",
        json={"person_ids": [str(person) for person in people], "role": "student"},
    )
    assert answer.status_code == 422
    told = {r["person_id"]: r["message"] for r in answer.get_json()["error"]["records"]}
    assert told == {
        str(world.pia): told[str(world.pia)],
        str(world.sam): "Sam Stone is not a student of the school then.",
        str(elsewhere.quinn): "We do not know this person.",
    }
    assert told[str(world.pia)].startswith("Pia Park is already in 7A Maths")
    assert rows("enrolment") == before


def test_a_pupil_has_one_homeroom_at_a_time(as_: As, world: World, rows: Rows) -> None:
    before = rows("enrolment")
    body = {"section_id": str(world.homeroom_7b), "person_id": str(world.pia), "role": "student"}
    answer = as_("olive").post(URL, json=body)
    assert answer.status_code == 409
    error = answer.get_json()["error"]
    assert error["code"] == "overlap"
    assert "Pia Park is already in 7A" in error["fields"]["person_id"][0]
    assert rows("enrolment") == before


def test_a_teacher_may_have_two_homerooms(as_: As, world: World) -> None:
    body = {"section_id": str(world.homeroom_7b), "person_id": str(world.tom), "role": "teacher"}
    assert as_("olive").post(URL, json=body).status_code == 201


def test_a_pupil_moves_to_another_class_with_a_date(as_: As, world: World) -> None:
    olive = as_("olive")
    old = enrolment_of(olive, world, "homeroom_7a", "pia")
    body = {"section_id": str(world.homeroom_7b), "starts_on": days(world, 3)}
    moved = olive.post(f"{URL}/{old['id']}/transfer", json=body)
    assert moved.status_code == 201
    assert moved.get_json()["starts_on"] == days(world, 3)
    assert olive.get(f"{URL}/{old['id']}").get_json()["ends_on"] == days(world, 2)

    def in_7b(on: str) -> list[str]:
        url = f"/api/v1/sections/{world.homeroom_7b}/students?on={on}"
        return [pupil["name"] for pupil in olive.get(url).get_json()["items"]]

    assert in_7b(days(world, 2)) == ["Quinn Quist"]
    assert in_7b(days(world, 3)) == ["Pia Park", "Quinn Quist"]


@pytest.mark.parametrize(
    ("section", "first_day", "field"),
    [
        ("homeroom_7a", 3, "section_id"),
        ("pia", 3, "section_id"),
        ("homeroom_7b", -90, "starts_on"),
        ("homeroom_7b", 201, "starts_on"),
    ],
)
def test_a_move_that_makes_no_sense_changes_nothing(
    as_: As, world: World, rows: Rows, section: str, first_day: int, field: str
) -> None:
    before = rows("enrolment")
    olive = as_("olive")
    old = enrolment_of(olive, world, "homeroom_7a", "pia")
    body = {"section_id": str(world.ids[section]), "starts_on": days(world, first_day)}
    answer = olive.post(f"{URL}/{old['id']}/transfer", json=body)
    assert answer.status_code == 422
    assert field in answer.get_json()["error"]["fields"]
    assert rows("enrolment") == before


def test_who_leaves_gets_a_last_day_and_may_come_back(as_: As, world: World) -> None:
    olive = as_("olive")
    old = enrolment_of(olive, world, "homeroom_7a", "pia")
    left = olive.patch(f"{URL}/{old['id']}", json={"ends_on": days(world, -10)})
    assert left.get_json()["ends_on"] == days(world, -10)
    again = {
        "section_id": str(world.homeroom_7a),
        "person_id": str(world.pia),
        "role": "student",
        "starts_on": days(world, -9),
    }
    assert olive.post(URL, json=again).status_code == 201
    back = olive.patch(f"{URL}/{old['id']}", json={"ends_on": None})
    assert back.status_code == 409
    assert back.get_json()["error"]["code"] == "overlap"


def test_an_enrolment_entered_by_mistake_is_removed(as_: As, world: World) -> None:
    olive = as_("olive")
    wrong = enrolment_of(olive, world, "maths_7a", "paul")
    assert olive.delete(f"{URL}/{wrong['id']}").status_code == 204
    assert olive.get(f"{URL}/{wrong['id']}").status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"person_id": "homeroom_7a"}, 422, "person_id"),
        ({"section_id": "pia"}, 422, "section_id"),
        ({"person_id": "sam"}, 422, "person_id"),
        ({"role": "teacher"}, 422, "person_id"),
        ({"role": "head"}, 422, "role"),
        ({"starts_on": -91}, 422, "starts_on"),
        ({"starts_on": 201}, 422, "starts_on"),
        ({"ends_on": 201}, 422, "ends_on"),
        ({"starts_on": 2, "ends_on": 1}, 422, "ends_on"),
        ({"mood": "good"}, 422, "mood"),
    ],
)
def test_an_enrolment_that_cannot_be_is_refused(
    as_: As, world: World, rows: Rows, change: dict[str, Any], status: int, field: str
) -> None:
    before = rows("enrolment")
    typed = {
        name: days(world, value) if isinstance(value, int) else str(world.ids.get(value, value))
        for name, value in change.items()
    }
    body = {"section_id": str(world.maths_7a), "person_id": str(world.quinn), "role": "student"}
    answer = as_("olive").post(URL, json=body | typed)
    assert answer.status_code == status
    assert field in answer.get_json()["error"]["fields"]
    assert rows("enrolment") == before


def test_another_schools_people_and_classes_are_unknown(
    as_: As, world: World, elsewhere: World, rows: Rows
) -> None:
    before = rows("enrolment")
    olive = as_("olive")
    body = {"section_id": str(world.maths_7a), "person_id": str(world.quinn), "role": "student"}
    for field, foreign in (("section_id", elsewhere.maths_7a), ("person_id", elsewhere.quinn)):
        answer = olive.post(URL, json=body | {field: str(foreign)})
        assert answer.status_code == 422
        assert list(answer.get_json()["error"]["fields"]) == [field]
    many = {"person_ids": [str(world.quinn)], "role": "student"}
    url = f"/api/v1/sections/{elsewhere.maths_7a}/enrolments"
    assert olive.post(url, json=many).status_code == 404
    assert rows("enrolment") == before


@pytest.mark.parametrize("people", [[], "quinn", ["quinn"], None])
def test_a_list_of_people_is_a_list_of_ids(as_: As, world: World, rows: Rows, people: Any) -> None:
    before = rows("enrolment")
    url = f"/api/v1/sections/{world.maths_7a}/enrolments"
    answer = as_("olive").post(url, json={"person_ids": people, "role": "student"})
    assert answer.status_code == 422
    assert "person_ids" in answer.get_json()["error"]["fields"]
    assert rows("enrolment") == before


def test_somebody_who_left_the_school_joins_no_class(as_: As, world: World, inside: World) -> None:
    db.session.get_one(Person, (world.school_id, world.quinn)).active = False
    db.session.commit()
    body = {"section_id": str(world.maths_7a), "person_id": str(world.quinn), "role": "student"}
    answer = as_("olive").post(URL, json=body)
    assert answer.status_code == 422
    assert "no longer at the school" in answer.get_json()["error"]["fields"]["person_id"][0]


@pytest.mark.parametrize("who", ["tom", "sam", "pia", "gwen"])
def test_enrolments_are_the_offices(as_: As, world: World, rows: Rows, who: str) -> None:
    before = rows("enrolment")
    one = enrolment_of(as_("olive"), world, "maths_7a", "paul")
    caller = as_(who)
    body = {"section_id": str(world.maths_7a), "person_id": str(world.quinn), "role": "student"}
    many = {"person_ids": [str(world.quinn)], "role": "student"}
    assert caller.get(URL).status_code == 403
    assert caller.get(f"{URL}/{one['id']}").status_code == 403
    assert caller.post(URL, json=body).status_code == 403
    url = f"/api/v1/sections/{world.maths_7a}/enrolments"
    assert caller.post(url, json=many).status_code == 403
    assert caller.patch(f"{URL}/{one['id']}", json={"ends_on": None}).status_code == 403
    assert caller.delete(f"{URL}/{one['id']}").status_code == 403
    move = {"section_id": str(world.homeroom_7b), "starts_on": days(world, 1)}
    assert caller.post(f"{URL}/{one['id']}/transfer", json=move).status_code == 403
    assert rows("enrolment") == before


def test_an_enrolment_sent_twice_under_one_key_happens_once(
    as_: As, world: World, rows: Rows
) -> None:
    olive = as_("olive")
    body = {"section_id": str(world.maths_7a), "person_id": str(world.quinn), "role": "student"}
    headers = {"Idempotency-Key": "quinn-joins-maths"}
    first = olive.post(URL, json=body, headers=headers)
    count = len(rows("enrolment"))
    second = olive.post(URL, json=body, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    assert len(rows("enrolment")) == count
