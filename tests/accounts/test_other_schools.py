"""One browser, accounts at two schools."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Config
from tests.world import Visitor, World

Visiting = Callable[..., Visitor]
LIST = "/other-schools"


@pytest.fixture
def owner_of(servers: Config) -> Iterator[Callable[[World], Any]]:
    with psycopg.connect(servers.owner_database_url, autocommit=True) as connection:

        def work_for(world: World) -> Any:
            school = str(world.school_id)
            connection.execute("SELECT set_config('app.school_id', %s, false)", [school])
            return connection

        yield work_for


@pytest.fixture
def another_school(elsewhere: World, owner_of: Callable[[World], Any]) -> World:
    """It has another name, and a Gwen there too."""
    change = "UPDATE school SET name = 'Hill Top' WHERE id = %s"
    owner_of(elsewhere).execute(change, [elsewhere.school_id])
    return elsewhere


def both(gwen: Visitor, there: World) -> None:
    """She signs in to the other school too."""
    form = gwen.get("/sign-in?another=yes")
    assert form.status_code == 200
    assert f'value="{gwen.world.slug}"' not in form.text
    answer = gwen.submit("/sign-in?another=yes", there.login("gwen"))
    assert (answer.status_code, answer.location) == (302, "/")


def go(gwen: Visitor, there: World) -> str:
    answer = gwen.submit(LIST, {"school": there.slug})
    assert answer.status_code == 302
    return str(answer.location)


def school_of(visitor: Visitor) -> str:
    page = visitor.get(LIST).text
    return "there" if "<strong><bdi>Hill Top" in page else "here"


def test_a_mother_goes_to_and_fro_between_two_schools_without_signing_in_again(
    visiting: Visiting, world: World, another_school: World
) -> None:
    gwen = visiting("gwen")
    assert "Sign in to another school" in gwen.get(LIST).text
    assert gwen.get("/sign-in").status_code == 302
    both(gwen, another_school)
    assert school_of(gwen) == "there"
    page = gwen.get(LIST).text
    assert "Windmill Lane School" in page
    for place, want in ((world, "here"), (another_school, "there"), (world, "here")):
        assert go(gwen, place) == "/"
        assert school_of(gwen) == want
        # nothing of the other school is there
        other = another_school if want == "here" else world
        assert gwen.get(f"/people/{other.pia}").status_code == 404
        assert gwen.get(f"/people/{place.pia}").status_code == 200


def test_signing_out_leaves_every_school(
    visiting: Visiting, world: World, another_school: World, app: Flask
) -> None:
    gwen = visiting("gwen")
    both(gwen, another_school)
    held = {name: gwen.cookie(name) for name in ("refresh", f"aside-{world.slug}")}
    assert all(held.values())
    gwen.submit("/sign-out")
    assert gwen.cookie(f"aside-{world.slug}") == ""
    assert gwen.get("/").status_code == 302
    # also for whoever copied the cookies
    for token in held.values():
        thief = app.test_client()
        thief.set_cookie("refresh", token)
        assert thief.get("/password").status_code == 302


def test_what_was_set_aside_and_no_longer_holds_leads_to_signing_in(
    visiting: Visiting, world: World, another_school: World, owner_of: Callable[[World], Any]
) -> None:
    gwen = visiting("gwen")
    both(gwen, another_school)
    owner_of(world).execute("UPDATE account SET disabled_at = now(), generation = generation + 1")
    location = go(gwen, world)
    assert location.startswith("/sign-in?another=yes")
    assert gwen.cookie(f"aside-{world.slug}") == ""
    assert school_of(gwen) == "there"
    for wrong in ("", "no-such-school", another_school.slug, "x" * 5000):
        assert gwen.submit(LIST, {"school": wrong}).location.startswith("/sign-in")
        assert school_of(gwen) == "there"
    gwen.client.set_cookie(f"aside-{world.slug}", "nonsense")
    assert gwen.get(LIST).status_code == 200
    assert go(gwen, world).startswith("/sign-in")


def test_going_elsewhere_needs_the_word_of_the_page(
    visiting: Visiting, world: World, another_school: World, client: FlaskClient
) -> None:
    gwen = visiting("gwen")
    both(gwen, another_school)
    refused = gwen.client.post(LIST, data={"school": world.slug})
    assert refused.status_code in {400, 401, 403}
    assert school_of(gwen) == "there"
    assert client.post(LIST, data={"school": world.slug}).status_code == 401


def test_a_spent_token_of_another_school_ends_that_sign_in_for_both(
    visiting: Visiting, world: World, another_school: World, app: Flask
) -> None:
    gwen = visiting("gwen")
    both(gwen, another_school)
    copied = gwen.cookie(f"aside-{world.slug}")
    assert go(gwen, world) == "/"
    thief = app.test_client()
    answer = thief.post("/api/v1/auth/refresh", headers={"Authorization": f"Bearer {copied}"})
    assert answer.status_code == 401
    assert gwen.get("/password").status_code == 302
    assert go_is_refused(gwen, another_school)


def go_is_refused(gwen: Visitor, there: World) -> bool:
    """Signed out here, she signs in first."""
    return gwen.submit(LIST, {"school": there.slug}).status_code == 401


def test_signing_in_to_the_same_school_again_sets_nothing_aside(
    visiting: Visiting, world: World
) -> None:
    tom = visiting("tom")
    tom.submit("/sign-in?another=yes", world.login("tara"))
    assert tom.cookie(f"aside-{world.slug}") == ""
    assert "Tara Tran" in tom.get(LIST).text
