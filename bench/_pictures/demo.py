"""A demo school on a morning, whatever the hour is here."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from playwright.sync_api import Browser, Page, sync_playwright

from bench._crew import Crew, crew
from bench._database import own_database
from bench._servers import own_servers
from config import ROOT
from tests.conftest import ARGUMENTS, BROWSERS
from tests.serving import environment_of, web_process

MORNING = 9
_ARRIVE = """
    UPDATE staff_attendance SET checked_in_at = checked_in_at + %(later)s,
           checked_out_at = checked_out_at + %(later)s"""
DESK, PHONE = (1280, 800), (360, 740)


@dataclass
class Demo:
    browser: Browser
    url: str
    school: dict[str, Any]
    crew: Crew

    def people(self, role: str) -> list[dict[str, str]]:
        return [each for each in self.school["people"] if each["role"] == role]

    def open(
        self, person: dict[str, str], path: str = "/", *, phone: bool = False, dark: bool = False
    ) -> Page:
        """Somebody's own browser, signed in, on this page."""
        width, height = PHONE if phone else DESK
        page = self.browser.new_context(
            base_url=self.url,
            locale="en-GB",
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            device_scale_factor=1.5 if phone else 1,
            is_mobile=phone,
            has_touch=phone,
        ).new_page()
        page.goto("/sign-in")
        for name in ("login", "password"):
            page.fill(f"[name={name}]", person[name])
        page.fill("[name=school]", self.school["slug"])
        page.press("[name=password]", "Enter")
        page.wait_for_url(re.compile(r"/$"))
        page.goto(path)
        return page


@contextmanager
def demo() -> Iterator[Demo]:
    program = next(filter(None, map(shutil.which, BROWSERS)))
    with ExitStack() as stack:
        servers = stack.enter_context(own_servers())
        config = stack.enter_context(own_database(servers.config))
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pictures-")))
        seeded = subprocess.run(
            [sys.executable, "-m", "flask", "demo", "seed"],
            cwd=ROOT,
            env=environment_of(config, FLASK_APP="school_erp.cli"),
            check=True,
            capture_output=True,
        )
        school = json.loads(seeded.stdout.splitlines()[-1])["schools"][0]
        with psycopg.connect(servers.as_superuser(config), autocommit=True) as line:
            hours = _hours_ahead_of_morning()
            line.execute("UPDATE school SET timezone = %s", [f"Etc/GMT{hours:+d}"])
            line.execute(_ARRIVE, {"later": dt.timedelta(hours=hours)})
        workers = stack.enter_context(crew(config, place / "workers", "bulk"))
        web = stack.enter_context(web_process(config, place / "web"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        stack.callback(browser.close)
        yield Demo(browser, web.url, school, workers)


def _hours_ahead_of_morning() -> int:
    """Of zones whose date is ours; the sign in their names is the other way round."""
    return min(11, max(-12, dt.datetime.now(dt.UTC).hour - MORNING))
