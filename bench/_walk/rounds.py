"""One person's walk through all the pages they can reach, in one window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page

from bench._walk.grounds import Visitor
from bench._walk.looking import DEVICES, faults_of, faults_of_menus, window
from bench._walk.pages import Atlas, Place

_LINKS = "links => links.map((link) => link.getAttribute('href'))"
_SLOW_MS = 20_000
_QUIET_MS = 150
UNREACHED = -1
_ODD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Round:
    scene: str
    visitor: Visitor
    device: str
    language: str = "en"
    schemes: tuple[str, ...] = ("light", "dark")
    # what for: all pages, or something that fails
    errand: str = "pages"
    letters: tuple[str, ...] = ()
    # besides those that links lead to
    besides: tuple[str, ...] = ()
    # who takes the device after them
    follower: Visitor | None = None

    def __str__(self) -> str:
        return f"{self.errand} {self.scene} {self.visitor.role} {self.device} {self.language}"


@dataclass(frozen=True)
class Finding:
    rule: str
    place: str
    what: str
    where: str


@dataclass
class Seen:
    """What a round, or all of them, came by."""

    pages: int = 0
    states: int = 0
    reached: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: Seen) -> None:
        self.pages += other.pages
        self.states += other.states
        self.reached |= other.reached
        self.refused |= other.refused
        self.findings += other.findings


class Walker:
    """A window, what is heard in it while pages open, and what is noted of them."""

    def __init__(self, page: Page, url: str, device: str, walk: str, pictures: Path | None) -> None:
        self.page, self.url, self.device, self.walk = page, url, DEVICES[device], walk
        self.pictures = pictures
        self.seen = Seen()
        self._heard: list[tuple[str, str]] = []
        self._expected = 0
        page.on("console", self._hear_console)
        page.on("pageerror", lambda fault: self._hear("script error", str(fault)))
        page.on("request", lambda asked: self._watch(asked.url))

    def open(self, address: str, expected: int = 200) -> int:
        """The status of the page; 0 where it was no page, but a file; UNREACHED where none came."""
        self._heard.clear()
        self._expected = expected
        try:
            answer = self.page.goto(self.url + address, wait_until="load", timeout=_SLOW_MS)
        except Error as fault:
            if "Download is starting" in str(fault):
                return 0
            if "net::ERR_" not in str(fault):
                raise
            self.note("does not open", address, str(fault).splitlines()[0], "as it opens")
            return UNREACHED
        if answer is None or "html" not in answer.headers.get("content-type", ""):
            return 0
        return answer.status

    def look(self, name: str, schemes: tuple[str, ...]) -> None:
        """Note every fault of the page that is open."""
        self.page.wait_for_timeout(_QUIET_MS)
        self._take_picture(name, schemes[-1])
        self.seen.pages += 1
        self.seen.states += len(schemes)
        for rule, what, state in faults_of(self.page, self.device, schemes):
            self.note(rule, name, what, state)
        if name == "/":
            for rule, what, state in faults_of_menus(self.page, self.device):
                self.note(rule, name, what, state)
        for rule, what in self._heard:
            self.note(rule, name, what, "as it opens")

    def note(self, rule: str, name: str, what: str, state: str) -> None:
        self.seen.findings.append(Finding(rule, name, what, f"{self.walk}, {state}"))

    def links(self) -> list[str]:
        found = self.page.eval_on_selector_all("a[href]", _LINKS)
        return [each for each in found if not urlsplit(each).scheme and not each.startswith("#")]

    def _hear_console(self, said: ConsoleMessage) -> None:
        source = urlsplit(said.location["url"]).path
        self._hear("console error", f"{said.text} {source}", said.type)

    def _hear(self, rule: str, text: str, kind: str = "error") -> None:
        wanted = self._expected != 200 and f"status of {self._expected}" in text
        if kind == "error" and not wanted and "ERR_INTERNET_DISCONNECTED" not in text:
            self._heard.append((rule, text[:200]))

    def _watch(self, asked: str) -> None:
        parts = urlsplit(asked)
        if parts.scheme in {"http", "https", "ws", "wss"} and not self.url.endswith(parts.netloc):
            self._heard.append(("foreign request", asked[:200]))

    def _take_picture(self, name: str, scheme: str) -> None:
        if self.pictures is not None:
            self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            file = _ODD.sub("-", f"{self.walk} {name}".lower()).strip("-")
            self.page.screenshot(path=self.pictures / f"{file[:150]}.png", full_page=True)


@contextmanager
def walking(
    browser: Browser, url: str, device: str, language: str, walk: str, pictures: Path | None
) -> Iterator[Walker]:
    context: BrowserContext = browser.new_context(**window(DEVICES[device], language))
    context.add_cookies([{"name": "language", "value": language, "url": url}])
    yield Walker(context.new_page(), url, device, walk, pictures)
    context.close()


def walk_round(
    browser: Browser, url: str, atlas: Atlas, each: Round, pictures: Path | None
) -> Seen:
    with walking(browser, url, each.device, each.language, str(each), pictures) as walker:
        sign_in(walker.page, url, each.visitor.login)
        known: dict[Place, str] = {}
        ahead = [*atlas.fresh(["/", *atlas.plain], known), *each.besides]
        while ahead:
            address = ahead.pop(0)
            found = _visit(walker, atlas, address, each)
            ahead += atlas.fresh(found, known)
        return walker.seen


def sign_in(page: Page, url: str, login: dict[str, Any]) -> None:
    page.goto(f"{url}/sign-in")
    for name, value in login.items():
        page.fill(f"[name={name}]", value)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile(r"/$"))


def _visit(walker: Walker, atlas: Atlas, address: str, each: Round) -> list[str]:
    place = atlas.place(address)
    assert place is not None
    # what is not set up yet says so, and what to do
    expected = 409 if each.scene == "empty" else 200
    status = walker.open(address, expected)
    if status == 403:
        walker.seen.refused.add(place.rule)
        return []
    walker.seen.reached.add(place.rule)
    if status in {0, UNREACHED}:
        return []
    name = " ".join([place.rule, place.kind, *place.asked]).strip()
    if status not in {200, expected}:
        walker.note("wrong status", name, f"{status} for {address}", "as it opens")
    walker.look(name, each.schemes)
    return walker.links()
