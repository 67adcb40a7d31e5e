from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.conftest import ARGUMENTS, WITHOUT_WINDOWS


@contextmanager
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, WITHOUT_WINDOWS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()
