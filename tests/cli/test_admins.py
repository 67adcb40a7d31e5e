from __future__ import annotations

import re
from typing import Any

import pytest
from click.testing import Result
from flask.testing import FlaskClient

from tests.cli.conftest import Operator
from tests.world import World

PASSWORD = "seven purple kettles"


def add(operator: Operator, world: World, *more: str, **extra: Any) -> Result:
    names = ("--given-name", "Nia", "--family-name", "Newton")
    return operator("admin", "create", "--school", world.slug, *names, *more, **extra)


def signs_in(client: FlaskClient, world: World, login: str) -> bool:
    body = {"school": world.slug, "login": login, "password": PASSWORD}
    answer = client.post("/api/v1/auth/login", json=body)
    if answer.status_code != 200:
        return False
    assert answer.get_json()["person"]["roles"] == ["admin"]
    return True


def test_a_new_administrator_is_given_a_link(
    operator: Operator, world: World, client: FlaskClient
) -> None:
    result = add(operator, world)
    assert result.exit_code == 0, result.output
    assert f"Nia Newton signs in to {world.slug} as nia.newton." in result.output
    [link] = re.findall(r"http://\S+", result.output)
    page = client.get(link.partition("8000")[2])
    assert page.status_code == 200
    assert "nia.newton" in page.get_data(as_text=True)


def test_a_password_comes_from_the_environment(
    operator: Operator, world: World, client: FlaskClient
) -> None:
    result = add(operator, world, "--login", "nia", env={"ADMIN_PASSWORD": PASSWORD})
    assert result.exit_code == 0, result.output
    assert "http" not in result.output
    assert PASSWORD not in result.output
    assert signs_in(client, world, "nia")


def test_a_password_is_asked_for_twice(
    operator: Operator, world: World, client: FlaskClient
) -> None:
    result = add(operator, world, "--login", "nia", "--password", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert signs_in(client, world, "nia")


def test_a_password_is_never_an_argument(
    operator: Operator, world: World, client: FlaskClient
) -> None:
    result = add(operator, world, "--login", "nia", "--password", PASSWORD)
    assert result.exit_code == 2
    assert "others on this machine can read arguments" in result.output
    assert not signs_in(client, world, "nia")


@pytest.mark.parametrize(
    ("more", "password", "sentence"),
    [
        (["--login", "ada"], PASSWORD, "login: Somebody else has this login."),
        (["--login", "no spaces"], PASSWORD, "login: A login is made of"),
        (["--login", "nia", "--email", "nia"], PASSWORD, "email: An email address looks like"),
        (["--login", "nia"], "short", "password: A password has at least 10 characters."),
        (["--login", "nia"], "nia.newton nia", "password: This is mostly a name"),
    ],
)
def test_an_administrator_who_cannot_be_is_refused_and_nobody_added(
    operator: Operator, world: World, more: list[str], password: str, sentence: str
) -> None:
    result = add(operator, world, *more, env={"ADMIN_PASSWORD": password})
    assert result.exit_code == 1
    assert sentence in result.output
    assert add(operator, world, "--login", "nia").exit_code == 0


def test_an_unknown_school_is_named(operator: Operator) -> None:
    names = ("--given-name", "Nia", "--family-name", "Newton")
    result = operator("admin", "create", "--school", "atlantis", *names)
    assert result.exit_code == 1
    assert "There is no school “atlantis”." in result.output
