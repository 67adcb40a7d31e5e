from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from config import Config
from school_erp.core.remembered import CHANNEL
from tests.world import Caller, World

As = Callable[..., Caller]


def roles(world: World, who: str) -> str:
    return f"/api/v1/people/{world.ids[who]}/roles"


def only_grant(caller: Caller, world: World, who: str) -> str:
    (grant,) = caller.get(roles(world, who)).get_json()["items"]
    return f"{roles(world, who)}/{grant['id']}"


def code(answer: Any) -> str:
    assert answer.status_code == 409, answer.get_data(as_text=True)
    found: str = answer.get_json()["error"]["code"]
    return found


def after(world: World, days: int) -> str:
    return (world.today + dt.timedelta(days=days)).isoformat()


def test_a_role_counts_with_the_next_request_and_ends_as_quickly(as_: As, world: World) -> None:
    ada, sam = as_("ada"), as_("sam")
    everyone = f"/api/v1/people/{world.pia}"
    assert sam.get(everyone).status_code == 403
    granted = ada.post(roles(world, "sam"), json={"role": "officer", "starts_on": after(world, 0)})
    assert granted.status_code == 201
    assert granted.get_json()["ends_on"] is None
    assert sam.get(everyone).status_code == 200
    path = f"{roles(world, 'sam')}/{granted.get_json()['id']}"
    assert ada.delete(path).status_code == 204
    assert sam.get(everyone).status_code == 403


def test_a_role_that_begins_tomorrow_opens_nothing_today(as_: As, world: World) -> None:
    body = {"role": "admin", "starts_on": after(world, 1), "ends_on": after(world, 9)}
    assert as_("ada").post(roles(world, "sam"), json=body).status_code == 201
    assert as_("sam").get(f"/api/v1/people/{world.pia}").status_code == 403


def test_other_processes_hear_of_a_changed_role(as_: As, servers: Config, world: World) -> None:
    ada = as_("ada")
    with psycopg.connect(servers.database_url, autocommit=True) as line:
        line.execute(f"LISTEN {CHANNEL}")
        ada.patch(only_grant(ada, world, "tom"), json={"ends_on": after(world, 5)})
        heard = [notice.payload for notice in line.notifies(timeout=5, stop_after=1)]
    assert heard == [f"person:{world.school_id}:{world.tom}"]


def test_the_dates_of_a_role_change_as_sent(as_: As, world: World) -> None:
    ada = as_("ada")
    path = only_grant(ada, world, "tom")
    changed = ada.patch(path, json={"ends_on": after(world, 5)})
    assert changed.status_code == 200
    assert changed.get_json()["ends_on"] == after(world, 5)
    assert changed.get_json()["starts_on"] == after(world, -90)
    assert ada.patch(path, json={"ends_on": None}).get_json()["ends_on"] is None


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (5, 4, "ends_on"),
        (0, None, "starts_on"),
        (-200, -90, "starts_on"),
        (-200, None, "starts_on"),
    ],
)
def test_a_role_that_overlaps_itself_or_ends_before_it_begins_is_refused(
    as_: As, world: World, first: int, last: int | None, field: str
) -> None:
    ada = as_("ada")
    before = ada.get(roles(world, "tom")).get_json()
    body = {"role": "teacher", "starts_on": after(world, first)}
    body |= {} if last is None else {"ends_on": after(world, last)}
    answer = ada.post(roles(world, "tom"), json=body)
    assert answer.status_code == 422
    assert list(answer.get_json()["error"]["fields"]) == [field]
    assert ada.get(roles(world, "tom")).get_json() == before


def test_the_same_role_may_be_held_again_later(as_: As, world: World) -> None:
    ada = as_("ada")
    ada.patch(only_grant(ada, world, "tom"), json={"ends_on": after(world, -1)})
    again = ada.post(roles(world, "tom"), json={"role": "teacher", "starts_on": after(world, 0)})
    assert again.status_code == 201
    held = ada.get(roles(world, "tom")).get_json()["items"]
    assert [grant["ends_on"] for grant in held] == [None, after(world, -1)]
    path = f"{roles(world, 'tom')}/{held[1]['id']}"
    assert ada.patch(path, json={"ends_on": None}).status_code == 422


WRONG: list[dict[str, Any]] = [
    {"role": "headteacher"},
    {"role": None},
    {"starts_on": "yesterday"},
    {"starts_on": "2026-02-30"},
    {"starts_on": 20261101},
    {"ends_on": "never"},
    {"person_id": "00000000-0000-0000-0000-000000000000"},
]


def test_a_role_that_cannot_be_is_refused(as_: As, world: World, subtests: pytest.Subtests) -> None:
    ada = as_("ada")
    for wrong in WRONG:
        with subtests.test(str(wrong)):
            answer = ada.post(
                roles(world, "sam"), json={"role": "officer", "starts_on": after(world, 0), **wrong}
            )
            assert answer.status_code == 422
            assert list(answer.get_json()["error"]["fields"]) == list(wrong)
            only_grant(ada, world, "sam")


def test_a_role_stays_the_role_it_was(as_: As, world: World) -> None:
    ada = as_("ada")
    assert ada.patch(only_grant(ada, world, "sam"), json={"role": "admin"}).status_code == 422


@pytest.mark.parametrize("who", ["olive", "tom", "sam", "pia", "gwen"])
def test_only_the_administrator_gives_and_takes_roles(as_: As, world: World, who: str) -> None:
    path = only_grant(as_("ada"), world, who)
    caller = as_(who)
    body = {"role": "admin", "starts_on": after(world, 0)}
    assert caller.post(roles(world, who), json=body).status_code == 403
    assert caller.patch(path, json={"ends_on": None}).status_code == 403
    assert caller.delete(path).status_code == 403
    assert caller.get(roles(world, who)).status_code == 200


def test_administrators_do_not_take_their_own_role_away(as_: As, world: World) -> None:
    ada = as_("ada")
    make_admin(ada, world, "sam")
    path = only_grant(ada, world, "ada")
    assert code(ada.delete(path)) == "own_administration"
    assert code(ada.patch(path, json={"ends_on": after(world, 9)})) == "own_administration"


def make_admin(ada: Caller, world: World, who: str, **dates: str) -> str:
    body = {"role": "admin", "starts_on": after(world, 0), **dates}
    granted = ada.post(roles(world, who), json=body)
    assert granted.status_code == 201
    return f"{roles(world, who)}/{granted.get_json()['id']}"


def test_one_administrator_may_follow_another_but_the_last_one_stays(as_: As, world: World) -> None:
    ada, sam = as_("ada"), as_("sam")
    own = make_admin(ada, world, "sam")
    last = only_grant(sam, world, "ada")
    assert sam.patch(last, json={"ends_on": after(world, 9)}).status_code == 200
    assert sam.delete(last).status_code == 204
    assert code(sam.delete(own)) == "own_administration"


def test_an_administrator_for_a_time_cannot_outlast_the_lasting_one(as_: As, world: World) -> None:
    ada, sam = as_("ada"), as_("sam")
    make_admin(ada, world, "sam", ends_on=after(world, 30))
    lasting = only_grant(sam, world, "ada")
    for answer in (
        sam.delete(lasting),
        sam.patch(lasting, json={"ends_on": after(world, 365)}),
        sam.patch(lasting, json={"starts_on": after(world, 31)}),
        sam.patch(f"/api/v1/people/{world.ada}", json={"active": False}),
    ):
        if answer.status_code == 200:
            continue
        assert code(answer) == "last_administrator"
    assert ada.get(f"/api/v1/people/{world.pia}").status_code in {200, 403}


def test_two_administrators_cannot_withdraw_each_other_at_once(as_: As, world: World) -> None:
    ada = as_("ada")
    sams = make_admin(ada, world, "sam")
    sam = as_("sam")
    adas = only_grant(ada, world, "ada")
    with ThreadPoolExecutor(2) as at_once:
        answers = list(
            at_once.map(lambda one: one[0].delete(one[1]).status_code, [(ada, sams), (sam, adas)])
        )
    assert 204 in answers
    assert answers.count(204) == 1


def test_the_same_role_given_twice_at_once_is_given_once(as_: As, world: World) -> None:
    callers = [as_("ada") for _ in range(4)]
    bodies = [{"role": "officer", "starts_on": after(world, day)} for day in range(4)]
    with ThreadPoolExecutor(4) as at_once:
        answers = list(
            at_once.map(
                lambda caller, body: caller.post(roles(world, "sam"), json=body).status_code,
                callers,
                bodies,
            )
        )
    assert sorted(answers) == [201, 422, 422, 422]


def test_a_grant_is_found_under_its_own_person_and_school_alone(
    as_: As, world: World, elsewhere: World
) -> None:
    ada = as_("ada")
    toms = only_grant(ada, world, "tom").rpartition("/")[2]
    assert ada.delete(f"{roles(world, 'tara')}/{toms}").status_code == 404
    there = only_grant(as_("ada", elsewhere), elsewhere, "tom")
    assert ada.delete(there).status_code == 404
    assert ada.delete(f"{roles(world, 'tom')}/{there.rpartition('/')[2]}").status_code == 404
    assert ada.get(roles(elsewhere, "tom")).status_code == 404
    assert as_("ada", elsewhere).delete(there).status_code == 204
