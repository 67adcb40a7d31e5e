from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.world import Caller, World

As = Callable[..., Caller]
PEOPLE = "/api/v1/people"


def guardians(world: World, who: str) -> str:
    return f"{PEOPLE}/{world.ids[who]}/guardians"


def called(caller: Caller, world: World, who: str) -> list[tuple[int, str]]:
    items = caller.get(guardians(world, who)).get_json()["items"]
    return [(item["call_order"], item["person"]["name"]) for item in items]


def body(world: World, who: str, **extra: Any) -> dict[str, Any]:
    return {"guardian_id": str(world.ids[who]), "relation": "parent", **extra}


def add(caller: Caller, world: World, who: str, **extra: Any) -> str:
    answer = caller.post(guardians(world, "pia"), json=body(world, who, **extra))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return f"{guardians(world, 'pia')}/{answer.get_json()['id']}"


def test_the_office_notes_who_answers_for_a_student_and_how_to_reach_them(
    as_: As, world: World
) -> None:
    olive = as_("olive")
    answer = olive.post(guardians(world, "paul"), json=body(world, "gil", lives_with=False))
    assert answer.status_code == 201
    noted = answer.get_json()
    assert noted == {
        "id": noted["id"],
        "student_id": str(world.paul),
        "guardian_id": str(world.gil),
        "relation": "parent",
        "call_order": 1,
        "gets_messages": True,
        "lives_with": False,
        "do_not_contact": False,
        "person": {
            "id": str(world.gil),
            "name": "Gil Quist",
            "email": "gil@example.org",
            "phone": "+447700900123",
        },
    }
    assert olive.get(guardians(world, "paul")).get_json()["items"] == [noted]
    children = olive.get(f"{PEOPLE}/{world.gil}/students").get_json()["items"]
    assert [child["person"]["name"] for child in children] == ["Paul Pavlov", "Quinn Quist"]


def test_guardians_are_called_in_the_order_the_office_sets(as_: As, world: World) -> None:
    olive = as_("olive")
    add(olive, world, "gil")
    sam = add(olive, world, "sam", call_order=1)
    assert called(olive, world, "pia") == [(1, "Sam Stone"), (2, "Gwen Park"), (3, "Gil Quist")]
    assert olive.patch(sam, json={"call_order": 2}).get_json()["call_order"] == 2
    assert called(olive, world, "pia") == [(1, "Gwen Park"), (2, "Sam Stone"), (3, "Gil Quist")]
    assert olive.patch(sam, json={"call_order": 20}).get_json()["call_order"] == 3
    assert olive.delete(sam).status_code == 204
    assert called(olive, world, "pia") == [(1, "Gwen Park"), (2, "Gil Quist")]


def test_guardians_moved_at_once_still_stand_one_behind_the_other(as_: As, world: World) -> None:
    olive = as_("olive")
    paths = [add(olive, world, who) for who in ("gil", "sam", "tom")]
    callers = [as_("olive") for _ in paths]
    with ThreadPoolExecutor(3) as at_once:
        moved = at_once.map(
            lambda caller, path: caller.patch(path, json={"call_order": 1}).status_code,
            callers,
            paths,
        )
        assert list(moved) == [200, 200, 200]
    assert [place for place, _ in called(olive, world, "pia")] == [1, 2, 3, 4]


def test_a_change_touches_only_what_is_sent(as_: As, world: World) -> None:
    olive = as_("olive")
    path = add(olive, world, "gil", gets_messages=False)
    changed = olive.patch(path, json={"relation": "grandparent"}).get_json()
    assert (changed["relation"], changed["gets_messages"]) == ("grandparent", False)
    assert changed["call_order"] == 2


def test_a_family_sees_who_is_who_but_not_what_was_agreed(as_: As, world: World) -> None:
    known = {"id", "student_id", "guardian_id", "relation", "call_order", "person"}
    for who, part, other in (("pia", "guardians", "Gwen Park"), ("gwen", "students", "Pia Park")):
        answer = as_(who).get(f"{PEOPLE}/{world.ids[who]}/{part}").get_json()
        (item,) = answer["items"]
        assert set(item) == known
        assert set(item["person"]) == {"id", "name"}
        assert item["person"]["name"] == other


def test_nobody_answers_twice_for_the_same_student(as_: As, world: World) -> None:
    olive = as_("olive")
    answer = olive.post(guardians(world, "pia"), json=body(world, "gwen"))
    assert answer.status_code == 422
    assert list(answer.get_json()["error"]["fields"]) == ["guardian_id"]
    assert called(olive, world, "pia") == [(1, "Gwen Park")]


def test_only_students_have_guardians(as_: As, world: World) -> None:
    olive = as_("olive")
    assert olive.post(guardians(world, "tom"), json=body(world, "gwen")).status_code == 422
    assert called(olive, world, "tom") == []


def test_a_student_has_at_most_twenty_guardians(as_: As, world: World) -> None:
    ada = as_("ada")
    for number in range(19):
        adult = {"given_name": f"Adult {number}", "family_name": "Many"}
        who = ada.post(PEOPLE, json=adult).get_json()["id"]
        new = {"guardian_id": who, "relation": "other"}
        assert ada.post(guardians(world, "pia"), json=new).status_code == 201
    assert ada.post(guardians(world, "pia"), json=body(world, "gil")).status_code == 422


WRONG: list[dict[str, Any]] = [
    {"guardian_id": "pia"},
    {"guardian_id": "homeroom"},
    {"guardian_id": "elsewhere"},
    {"guardian_id": "not an id"},
    {"guardian_id": None},
    {"relation": "boss"},
    {"relation": None},
    {"call_order": 0},
    {"call_order": 21},
    {"call_order": 1.5},
    {"lives_with": "sometimes"},
    {"student_id": "pia"},
]


def test_a_guardian_who_cannot_be_is_refused(
    as_: As, world: World, elsewhere: World, subtests: pytest.Subtests
) -> None:
    olive = as_("olive")
    ids = {"pia": world.pia, "homeroom": world.homeroom_7a, "elsewhere": elsewhere.gwen}
    for wrong in WRONG:
        with subtests.test(str(wrong)):
            sent = {
                name: str(ids[value]) if value in ids else value for name, value in wrong.items()
            }
            answer = olive.post(guardians(world, "pia"), json=body(world, "gil") | sent)
            assert answer.status_code == 422
            assert list(answer.get_json()["error"]["fields"]) == list(wrong)
            assert called(olive, world, "pia") == [(1, "Gwen Park")]


@pytest.mark.parametrize("who", ["tom", "sam", "pia", "gwen"])
def test_only_the_office_changes_who_answers_for_whom(as_: As, world: World, who: str) -> None:
    path = add(as_("olive"), world, "gil")
    caller = as_(who)
    assert caller.post(guardians(world, "paul"), json=body(world, "gil")).status_code == 403
    assert caller.patch(path, json={"do_not_contact": False}).status_code == 403
    assert caller.delete(path).status_code == 403


def test_a_guardianship_is_found_under_its_own_student_and_school_alone(
    as_: As, world: World, elsewhere: World
) -> None:
    olive = as_("olive")
    own = add(olive, world, "gil").rpartition("/")[2]
    assert olive.delete(f"{guardians(world, 'paul')}/{own}").status_code == 404
    there = as_("olive", elsewhere).get(guardians(elsewhere, "pia")).get_json()["items"][0]["id"]
    assert olive.delete(f"{guardians(world, 'pia')}/{there}").status_code == 404
    assert olive.delete(f"{guardians(elsewhere, 'pia')}/{there}").status_code == 404
    assert olive.get(guardians(elsewhere, "pia")).status_code == 404


def test_ten_guardians_cost_as_many_statements_as_one(
    as_: As, world: World, statements: list[str]
) -> None:
    olive = as_("olive")
    counts = []
    for who in ("gil", "sam", "tom", "tara"):
        del statements[:]
        olive.get(guardians(world, "pia"))
        counts.append(len(statements))
        add(olive, world, who)
    assert set(counts) == {counts[0]}
