from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from tests.browsing import enter
from tests.web.test_in_chromium import Screen
from tests.world import Caller, World

pytestmark = pytest.mark.browser

As = Callable[..., Caller]
Screens = Callable[..., Screen]


@pytest.fixture
def screens(app: Flask, world: World, chromium: Browser) -> Iterator[Screens]:
    """`screens("olive", width=360)`: a window with somebody signed in."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    opened: list[Screen] = []

    def sign_in(who: str, width: int = 1280, **options: str | bool) -> Screen:
        opened.append(Screen(chromium, f"http://127.0.0.1:{server.server_port}", width, **options))
        enter(opened[-1].context, opened[-1].url, app, world, who)
        return opened[-1]

    yield sign_in
    for screen in opened:
        screen.context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    assert [complaint for screen in opened for complaint in screen.complaints] == []


def test_the_list_follows_what_one_types_and_remembers_it(screens: Screens) -> None:
    page = screens("olive").open("/people")
    expect(page.locator("#results tbody tr")).to_have_count(11)
    page.locator("[name=q]").press_sequentially("park")
    expect(page.locator("#results tbody tr")).to_have_count(2)
    assert page.url.endswith("/people?q=park")
    page.locator("[name=role]").select_option("student")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    page.locator("#results a").click()
    expect(page.locator("h1")).to_have_text("Pia Park")


def test_without_a_script_the_same_form_finds_the_same_people(screens: Screens) -> None:
    page = screens("olive", java_script_enabled=False).open("/people")
    page.locator("[name=q]").fill("park")
    page.locator("form[role=search] button").click()
    expect(page.locator("#results tbody tr")).to_have_count(2)


def test_a_question_comes_before_a_person_is_deleted(
    screens: Screens, as_: As, world: World
) -> None:
    body = {"given_name": "Zoë", "family_name": "Zhang"}
    zoe = as_("ada").post("/api/v1/people", json=body).get_json()["id"]
    page = screens("ada", 360).open(f"/people/{zoe}/edit")
    page.get_by_role("button", name="Delete this person").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Delete this person").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator("[role=status] .note")).to_contain_text("Zoë Zhang has been deleted.")


LONG = "Wolfeschlegelsteinhausenbergerdorff" * 2


def test_every_page_of_people_is_accessible_and_fits_a_phone(
    screens: Screens, as_: As, world: World, subtests: pytest.Subtests
) -> None:
    ada = as_("ada")
    details = {"preferred_name": LONG, "external_id": "X" * 100, "email": f"{LONG}@example.org"}
    assert ada.patch(f"/api/v1/people/{world.gwen}", json=details).status_code == 200
    paths = [
        "/people",
        "/people/new",
        f"/people/{world.pia}",
        f"/people/{world.gwen}",
        f"/people/{world.gwen}/edit",
        f"/people/{world.pia}/guardians/new?guardian_id={world.sam}",
        "/school/edit",
    ]
    for width, scheme in ((360, "light"), (1280, "dark")):
        screen = screens("ada", width, color_scheme=scheme)
        for path in paths:
            with subtests.test(f"{path} at {width} in {scheme}"):
                page = screen.open(path)
                scrolled = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert scrolled <= 0
                assert screen.violations() == []
                page.set_viewport_size({"width": width, "height": 760})
