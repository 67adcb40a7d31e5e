from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient

from config import Config
from school_erp.accounts.keys import Key, new_key
from school_erp.core.ids import new_id
from tests.world import PEOPLE as EVERYBODY
from tests.world import Caller, World

As = Callable[..., Caller]
PEOPLE = "/api/v1/people"

STAFF = {"ada", "olive", "tom", "tara", "cora", "sam"}
SEEN_BY = {
    "ada": set(EVERYBODY),
    "olive": set(EVERYBODY),
    "tom": STAFF | {"pia", "paul"},
    "tara": STAFF | {"quinn"},
    "cora": STAFF | {"pia", "paul"},
    "sam": STAFF,
    "pia": {"pia"},
    "quinn": {"quinn"},
    "gwen": {"gwen", "pia"},
    "gil": {"gil", "quinn"},
}


@pytest.mark.parametrize("who", SEEN_BY)
def test_everyone_sees_the_people_of_their_circles_and_nobody_else(
    as_: As, world: World, who: str
) -> None:
    caller = as_(who)
    listed = {person["id"] for person in caller.get(PEOPLE).get_json()["items"]}
    assert listed == {str(world.ids[name]) for name in SEEN_BY[who]}
    for name in EVERYBODY:
        expected = 200 if name in SEEN_BY[who] else 403
        assert caller.get(f"{PEOPLE}/{world.ids[name]}").status_code == expected, name


@pytest.mark.parametrize("who", ["tom", "sam", "pia", "gwen"])
def test_contact_details_are_for_the_office_and_oneself(as_: As, world: World, who: str) -> None:
    secrets = {"email", "phone", "external_id"}
    for person in as_(who).get(PEOPLE).get_json()["items"]:
        own = person["id"] == str(world.ids[who])
        assert secrets & set(person) == (secrets if own else set()), person["name"]
    for person in as_("olive").get(PEOPLE).get_json()["items"]:
        assert secrets <= set(person)


def test_a_number_nobody_may_read_is_not_found_by_searching_for_it(as_: As, world: World) -> None:
    def found(who: str) -> int:
        return len(as_(who).get(PEOPLE, query_string={"q": "x-pia"}).get_json()["items"])

    assert found("olive") == 1
    assert found("tom") == 0


@pytest.mark.parametrize("part", ["roles", "guardians", "students"])
def test_who_answers_for_whom_is_for_the_office_and_oneself(
    as_: As, world: World, part: str
) -> None:
    for who, expected in {"olive": 200, "pia": 200, "tom": 403, "gwen": 403, "gil": 403}.items():
        assert as_(who).get(f"{PEOPLE}/{world.pia}/{part}").status_code == expected, who


def change(servers: Config, world: World, statement: str, *values: object) -> None:
    with psycopg.connect(servers.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
        assert owner.execute(statement, values).rowcount > 0


def seen(as_: As, world: World, who: str) -> set[str]:
    ids = {str(id_): name for name, id_ in world.ids.items()}
    return {ids[person["id"]] for person in as_(who).get(PEOPLE).get_json()["items"]}


def test_a_class_one_covered_yesterday_is_no_longer_ones_own(
    as_: As, servers: Config, world: World
) -> None:
    yesterday = world.today - dt.timedelta(days=1)
    change(servers, world, "UPDATE cover SET date = %s", yesterday)
    assert seen(as_, world, "cora") == STAFF


def test_a_pupil_who_left_the_class_is_no_longer_seen_by_its_teacher(
    as_: As, servers: Config, world: World
) -> None:
    yesterday = world.today - dt.timedelta(days=1)
    left = "UPDATE enrolment SET ends_on = %s WHERE person_id = %s"
    change(servers, world, left, yesterday, world.pia)
    assert seen(as_, world, "tom") == STAFF | {"paul"}


def test_a_parent_who_may_not_be_contacted_does_not_follow_the_child(
    as_: As, servers: Config, world: World
) -> None:
    barred = "UPDATE guardianship SET do_not_contact = true WHERE guardian_id = %s"
    change(servers, world, barred, world.gwen)
    gwen = as_("gwen")
    assert gwen.get(f"{PEOPLE}/{world.pia}").status_code == 403
    assert gwen.get(f"{PEOPLE}/{world.gwen}/students").get_json()["items"] == []


def test_a_teacher_who_is_also_a_parent_sees_the_own_child(as_: As, world: World) -> None:
    body = {"guardian_id": str(world.tara), "relation": "mother"}
    as_("olive").post(f"{PEOPLE}/{world.pia}/guardians", json=body)
    assert seen(as_, world, "tara") == STAFF | {"quinn", "pia"}


def test_other_systems_see_what_their_key_lists(
    client: FlaskClient, servers: Config, world: World
) -> None:
    def listed(*scopes: str) -> list[dict[str, Any]]:
        key = key_with(servers, world, scopes)
        answer = client.get(PEOPLE, headers={"Authorization": f"Bearer {key}"})
        people: list[dict[str, Any]] = answer.get_json()["items"]
        return people

    read, everyone, contact = (f"people:{what}:read" for what in ("person", "everyone", "contact"))
    assert listed(read) == []
    assert len(listed(read, everyone)) == len(EVERYBODY)
    assert not any("email" in person for person in listed(read, everyone))
    assert all("email" in person for person in listed(read, everyone, contact))


def key_with(servers: Config, world: World, scopes: tuple[str, ...]) -> Key:
    key = new_key(world.school_id, new_id())
    with psycopg.connect(servers.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
        owner.execute(
            "INSERT INTO api_client (school_id, id, name, key_hash, scopes)"
            " VALUES (%s, %s, %s, %s, %s)",
            [world.school_id, key.client_id, str(key.client_id), key.hash, list(scopes)],
        )
    return key
