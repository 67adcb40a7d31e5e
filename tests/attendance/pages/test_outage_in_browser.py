"""A register on a screen while the processes cannot hear each other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from config import Config
from tests.attendance.pages.test_in_browser import open_as  # noqa: F401 - a fixture
from tests.attendance.pages.test_two_screens_in_browser import (
    is_live,
    stands,
    watched,  # noqa: F401 - a fixture
)
from tests.jobs.conftest import OwnValkey, valkey_of_ones_own  # noqa: F401 - a fixture
from tests.serving import Web, forked_web
from tests.world import Caller, World

pytestmark = pytest.mark.browser
MARKS = "/api/v1/school/attendance/marks"
RIGHT_AFTER = 5


@pytest.fixture
def web(servers: Config, valkey_of_ones_own: OwnValkey, tmp_path: Path) -> Iterator[Web]:  # noqa: F811
    url, start, _end = valkey_of_ones_own
    start()
    with forked_web(replace(servers, redis_url=url), tmp_path / "log") as running:
        yield running


def test_without_redis_a_page_says_so_and_asks_and_is_right_as_soon_as_it_is_back(
    watched: Callable[[str, str], Page],  # noqa: F811
    founded: World,
    address: str,
    another_app: Callable[..., Flask],
    valkey_of_ones_own: OwnValkey,  # noqa: F811
) -> None:
    url, start, end = valkey_of_ones_own
    tom = Caller(another_app(redis_url=url), founded, "tom")
    olive = watched("olive", address)
    word = olive.locator("[data-live-word]")

    def marks(who: str, status: str) -> None:
        path = f"{MARKS}/{founded.ids[who]}/{founded.today}/1"
        assert tom.patch(path, json={"status": status}).status_code == 200

    marks("pia", "ABSENT")
    stands(olive, "Pia", "A")
    end()
    marks("paul", "LATE")
    expect(word).to_have_text("Offline", timeout=10_000)
    expect(olive.locator("[data-live]")).to_be_visible()
    # asked for over plain requests, now and then
    expect(olive.locator(".pupil", has_text="Paul").locator(".mark")).to_have_text(
        "L", timeout=12_000
    )
    marks("pia", "PRESENT")
    start()
    back = time.monotonic()
    expect(word).to_have_text("Live", timeout=RIGHT_AFTER * 1000)
    stands(olive, "Pia", "P")
    assert time.monotonic() - back <= RIGHT_AFTER
    marks("paul", "EXCUSED")
    stands(olive, "Paul", "E")
    is_live(olive)
    assert olive.evaluate("window.same")
