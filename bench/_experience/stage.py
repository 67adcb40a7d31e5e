"""A school in browsers: who looks at what, on which device, and what the browsers complain of."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect, sync_playwright

from bench._crew import Crew, crew
from bench._database import own_database
from bench._school import Class, School, founded
from bench._servers import own_servers
from config import Config
from school_erp.core.ids import new_id
from tests.conftest import ARGUMENTS, BROWSERS
from tests.serving import web_process

PATIENCE_MS = 20_000
# what a browser says of a network that is not there
OF_THE_LINE = re.compile(r"net::ERR_|WebSocket connection to")
_TEACH = """
    INSERT INTO enrolment (school_id, id, section_id, person_id, role, starts_on)
    VALUES (%s, %s, %s, %s, 'teacher', %s)"""
_CODES = """
    SELECT code, count(*) FROM student_attendance WHERE section_id = %s GROUP BY code"""


@dataclass
class Stage:
    playwright: Playwright
    browser: Browser
    place: Path
    url: str
    config: Config
    crew: Crew
    school: School
    line: psycopg.Connection[Any]
    complaints: list[str] = field(default_factory=list)
    windows: int = 0
    classes: int = 0

    def open(
        self, who: str, path: str = "/", width: int = 1280, school: School | None = None, **how: Any
    ) -> Page:
        """A browser of somebody's own, a phone where it is narrow, that went to this page."""
        phone = {"has_touch": True, "is_mobile": True} if width < 400 else {}
        size: Any = {"width": width, "height": 760}
        context = self.browser.new_context(viewport=size, base_url=self.url, **phone, **how)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        self.listen(page)
        page.goto("/sign-in")
        for name, value in (school or self.school).world.login(who).items():
            page.fill(f"[name={name}]", value)
        page.press("[name=password]", "Enter")
        page.wait_for_url(re.compile(r"/$"))
        if path != "/":
            page.goto(path)
        return page

    def listen(self, page: Page) -> None:
        self.windows += 1
        page.on("console", self._note)
        page.on("pageerror", lambda fault: self.complaints.append(str(fault)))

    def _note(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not OF_THE_LINE.search(said.text):
            self.complaints.append(said.text)

    def new_class(self, *teachers: str, pupils: int = 30) -> Class:
        """It stands before the teachers' other classes in every list."""
        self.classes += 1
        made = self.school.add_class(f"{self.classes:02}A", pupils)
        world = self.school.world
        for who in teachers:
            values = [world.school_id, new_id(), made.id, world.ids[who], world.today]
            self.line.execute(_TEACH, values)
        return made

    def register_of(self, section: Class) -> str:
        return f"/registers/{section.id}/{self.school.world.today}/1"

    def codes(self, section: Class) -> dict[str, int]:
        """How many marks of each code the school has."""
        return dict(self.line.execute(_CODES, [section.id]).fetchall())


@contextmanager
def stage() -> Iterator[Stage]:
    program = next(filter(None, map(shutil.which, BROWSERS)))
    expect.set_options(timeout=PATIENCE_MS)
    with ExitStack() as stack:
        servers = stack.enter_context(own_servers())
        config = stack.enter_context(own_database(servers.config))
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="experience-")))
        workers = stack.enter_context(crew(config, place / "workers", "bulk"))
        web = stack.enter_context(web_process(config, place / "web"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        stack.callback(browser.close)
        line = psycopg.connect(servers.as_superuser(config), autocommit=True)
        stack.enter_context(line)
        school = founded(config)
        stack.callback(school.close)
        yield Stage(playwright, browser, place, web.url, config, workers, school, line)


def saved(page: Page) -> None:
    expect(page.locator("[data-chip]")).to_have_text("All saved", timeout=PATIENCE_MS)


def live(page: Page) -> None:
    expect(page.locator("[data-live-word]")).to_have_text("Live", timeout=PATIENCE_MS)
