"""Windows of a real browser in which somebody of the school is signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.serving import Web
from tests.world import World, let_in

Open = Callable[..., Page]
SECRET = ("access", "refresh")
NETWORK = {"http", "https", "ws", "wss"}


def enter(context: BrowserContext, url: str, app: Flask, world: World, who: str) -> None:
    """As if by the form, which has tests of its own and costs two pages."""
    tokens = let_in(app, world, who)
    secret: Any = [
        {"name": name, "value": tokens[f"{name}_token"], "url": url, "httpOnly": True}
        for name in SECRET
    ]
    context.add_cookies([*secret, {"name": "csrf", "value": tokens["csrf"], "url": url}])


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console held against a page, and what it asked of anybody else."""
    return []


@pytest.fixture
def nothing_complains(complaints: list[str]) -> Iterator[None]:
    yield
    assert complaints == []


@pytest.fixture
def open_as(
    chromium: Browser, web: Web, app: Flask, founded: World, complaints: list[str]
) -> Iterator[Open]:
    """`open_as("tom", width=360, java_script_enabled=False)`: a window with Tom signed in."""
    contexts: list[BrowserContext] = []

    def open_window(who: str, width: int = 1280, **options: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 760}, base_url=web.url, **options
        )
        contexts.append(context)
        enter(context, web.url, app, founded, who)
        page = context.new_page()
        page.on("console", lambda told: told.type == "error" and complaints.append(told.text))
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        page.on("request", lambda asked: is_foreign(asked.url) and complaints.append(asked.url))
        return page

    def is_foreign(address: str) -> bool:
        asked = urlsplit(address)
        return asked.scheme in NETWORK and asked.netloc != urlsplit(web.url).netloc

    yield open_window
    for context in contexts:
        context.close()
