"""What an account may do counts at once, in every process, though answers are kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from config import Config
from school_erp.accounts import standing
from tests.conftest import other_apps
from tests.serving import Web, listening
from tests.world import Caller, World

ME, ACCOUNTS = "/api/v1/auth/me", "/api/v1/accounts"
PASSWORD = "/api/v1/auth/password"


@pytest.fixture(scope="module")
def processes(servers: Config) -> Iterator[list[Flask]]:
    """Two, each with its own memory and its own ear to the database."""
    with other_apps(servers) as another_app, ExitStack() as listeners:
        apps = [another_app(), another_app()]
        for app in apps:
            listeners.enter_context(listening(app, servers, prove_every=0.1))
        yield apps


def wait_until(true: Callable[[], bool], seconds: float = 5) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds
        time.sleep(0.01)
    return time.monotonic() - began


class Somebody:
    """One token, used in both processes."""

    def __init__(self, processes: list[Flask], world: World, who: str) -> None:
        self.here = Caller(processes[0], world, who)
        self.clients = [app.test_client() for app in processes]

    def statuses(self, path: str = ME) -> set[int]:
        return {client.get(path, headers=self.here.headers).status_code for client in self.clients}

    def roles(self) -> list[list[str]]:
        answers = [client.get(ME, headers=self.here.headers) for client in self.clients]
        return [answer.get_json().get("roles", []) for answer in answers]


def at_the_database(servers: Config, world: World, statement: str) -> None:
    with psycopg.connect(servers.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
        owner.execute(statement, {"tom": world.tom, "ada": world.ada})  # type: ignore[arg-type]


def test_a_disabled_account_is_refused_everywhere_within_a_second(
    processes: list[Flask], world: World
) -> None:
    tom, ada = Somebody(processes, world, "tom"), Caller(processes[1], world, "ada")
    assert tom.statuses() == {200}
    assert ada.put(f"{ACCOUNTS}/{world.tom}/disablement").status_code == 200
    assert wait_until(lambda: tom.statuses() == {401}, seconds=1) < 1


def test_a_changed_role_counts_everywhere_within_a_second(
    processes: list[Flask], servers: Config, world: World
) -> None:
    tom = Somebody(processes, world, "tom")
    assert tom.statuses(ACCOUNTS) == {403}
    at_the_database(
        servers, world, "UPDATE role_grant SET role = 'admin' WHERE person_id = %(tom)s"
    )
    assert wait_until(lambda: tom.statuses(ACCOUNTS) == {200}, seconds=1) < 1
    assert tom.roles() == [["admin"], ["admin"]]
    at_the_database(servers, world, "DELETE FROM role_grant WHERE person_id = %(tom)s")
    assert wait_until(lambda: tom.statuses(ACCOUNTS) == {403}, seconds=1) < 1
    assert tom.roles() == [[], []]


def test_a_closed_school_is_closed_everywhere_within_a_second(
    processes: list[Flask], servers: Config, world: World
) -> None:
    tom = Somebody(processes, world, "tom")
    assert tom.statuses() == {200}
    at_the_database(servers, world, "UPDATE school SET active = false")
    assert wait_until(lambda: tom.statuses() == {401}, seconds=1) < 1


def test_a_sign_out_in_one_process_ends_the_token_in_the_other(
    processes: list[Flask], world: World
) -> None:
    tom = Somebody(processes, world, "tom")
    assert tom.statuses() == {200}
    tom.here.post("/api/v1/auth/logout")
    assert wait_until(lambda: tom.statuses() == {401}, seconds=1) < 1


def test_a_sign_in_made_in_one_process_holds_in_the_other_at_once(
    processes: list[Flask], world: World
) -> None:
    """Also where the other has kept who was signed in a moment ago."""
    assert Somebody(processes, world, "tom").statuses() == {200}
    assert Somebody(processes, world, "tom").statuses() == {200}


def test_a_revoked_key_is_refused_everywhere_within_a_second(
    processes: list[Flask], world: World
) -> None:
    ada = Caller(processes[0], world, "ada")
    made = ada.post(
        "/api/v1/api-clients", json={"name": "Till", "scopes": ["people:person:read"]}
    ).get_json()
    headers = {"Authorization": f"Bearer {made['key']}"}
    clients = [app.test_client() for app in processes]

    def statuses() -> set[int]:
        return {client.get(ME, headers=headers).status_code for client in clients}

    assert statuses() == {200}
    ada.delete(f"/api/v1/api-clients/{made['id']}")
    assert wait_until(lambda: statuses() == {401}, seconds=1) < 1


def test_the_database_is_not_asked_again_while_nothing_changes(
    processes: list[Flask], world: World
) -> None:
    tom = Somebody(processes, world, "tom")
    tom.statuses()
    memory = processes[0].extensions["remembered"]
    before = dict(memory._kept)
    assert ("person", world.school_id, world.tom) in before
    tom.statuses()
    assert (
        memory._kept[("person", world.school_id, world.tom)]
        is before[("person", world.school_id, world.tom)]
    )


def test_a_password_is_changed_by_who_is_remembered_and_the_old_token_ends_everywhere(
    processes: list[Flask], world: World
) -> None:
    somebody = Somebody(processes, world, "sam")
    assert somebody.statuses() == {200}
    login = world.login("sam")
    body = {"current_password": login["password"], "new_password": "seven quiet herons at dusk"}
    wrong = somebody.here.put(PASSWORD, json={**body, "current_password": "not that"})
    assert wrong.status_code == 422
    assert somebody.statuses() == {200}
    changed = somebody.here.put(PASSWORD, json=body)
    assert changed.status_code == 200, changed.text
    wait_until(lambda: somebody.statuses() == {401}, seconds=1)
    token = {"Authorization": f"Bearer {changed.get_json()['access_token']}"}
    assert {each.get(ME, headers=token).status_code for each in somebody.clients} == {200}


def test_of_many_who_come_in_one_moment_each_is_oneself_and_few_questions_are_asked(
    processes: list[Flask], world: World
) -> None:
    names = ["tom", "ada", "olive", "pia", "gwen", "sam"]
    everybody = [Caller(processes[0], world, who) for who in names]
    memory = processes[0].extensions["remembered"]
    asked = []

    def look_up(school_id: UUID, people: Sequence[UUID]) -> list[Any]:
        asked.append(len(people))
        time.sleep(0.05 if len(asked) == 1 else 0)
        return standing._look_up_all(school_id, people)

    def who_am_i(caller: Caller) -> str:
        return str(caller.get(ME).get_json()["person_id"])

    memory._forget_everything()
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(len(names)) as pool:
        patch.setattr(standing._gathering, "_work", look_up)
        assert list(pool.map(who_am_i, everybody)) == [str(world.ids[who]) for who in names]
    assert sum(asked) == len(names)
    assert len(asked) < len(names)


@pytest.mark.processes
def test_a_real_web_process_keeps_answers_and_hears_of_changes(
    web: Web, app: Flask, world: World
) -> None:
    tom, ada = Caller(app, world, "tom"), Caller(app, world, "ada")

    def status() -> int:
        asked = Request(f"{web.url}{ME}", headers=tom.headers)  # noqa: S310 - our own loopback
        try:
            with urlopen(asked, timeout=5) as answer:  # noqa: S310
                return int(answer.status)
        except HTTPError as refusal:
            with refusal:
                return refusal.code

    before = kept_answers(web)
    assert [status() for _ in range(5)] == [200] * 5
    assert kept_answers(web) >= before + 4
    assert ada.put(f"{ACCOUNTS}/{world.tom}/disablement").status_code == 200
    assert wait_until(lambda: status() == 401, seconds=1) < 1


def kept_answers(web: Web) -> float:
    with urlopen(f"{web.url}/metrics", timeout=5) as answer:  # noqa: S310 - our own loopback
        lines = answer.read().decode().splitlines()
    wanted = 'school_erp_remembered_total{kind="person",source="kept"}'
    return sum(float(line.split()[-1]) for line in lines if line.startswith(wanted))
