"""A browser with a profile of its own that may be killed like a tablet that is dropped."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright

from tests.conftest import ARGUMENTS, BROWSERS
from tests.world import PASSWORD

_ASK = """async () => {
  const open = await new Promise((resolve) => {
    const asked = indexedDB.open("registers");
    asked.onsuccess = () => resolve(asked.result);
  });
  const asked = open.transaction("STORE").objectStore("STORE").WHAT();
  const found = await new Promise((resolve) => (asked.onsuccess = () => resolve(asked.result)));
  open.close();
  return found;
}"""
_WAITS = _ASK.replace("STORE", "operations").replace("WHAT", "count")
_COPIES = _ASK.replace("STORE", "copies").replace("WHAT", "getAllKeys")
# as fingers do, row after row; how long each tap took until its row was painted and laid out
_MARK = """async (codes) => {
  const spent = [];
  for (const [at, row] of [...document.querySelectorAll(".pupil")].entries()) {
    const began = performance.now();
    row.querySelector(`input[value="${codes[at]}"]`).click();
    if (row.querySelector(".mark").textContent !== codes[at]) throw new Error("not painted");
    void row.offsetHeight;
    spent.push(performance.now() - began);
    await new Promise(requestAnimationFrame);
  }
  return spent;
}"""
_SETTLED = """() => {
  const chip = document.querySelector("[data-chip]");
  return chip ? chip.dataset.state : "";
}"""
_SHOWN = (
    """() => [...document.querySelectorAll(".pupil-attention")].map((row) => row.dataset.pupil)"""
)


class Tablet:
    def __init__(
        self, playwright: Playwright, place: Path, url: str, school: str, who: str
    ) -> None:
        self._playwright, self._place, self._url = playwright, place, url
        self._school, self.who = school, who
        self.context: BrowserContext = self._start()
        self.page: Page = self.context.pages[0]

    def open(self, address: str) -> None:
        """Signed in anew where the browser was killed before it had written its cookies down."""
        self.page.goto(f"{self._url}{address}", wait_until="load")
        if "/sign-in" not in self.page.url:
            return
        for name, value in (("school", self._school), ("login", self.who), ("password", PASSWORD)):
            self.page.fill(f"[name={name}]", value)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_selector(".pupils")

    def cut(self, *, off: bool) -> None:
        self.context.set_offline(off)

    def mark(self, codes: list[str]) -> list[float]:
        """Milliseconds from each tap to its paint; then all of it is on the tablet."""
        spent: list[float] = self.page.evaluate(_MARK, codes)
        self._until(lambda: self.waiting() == len(codes))
        return spent

    def waiting(self) -> int:
        found: int = self.page.evaluate(_WAITS)
        return found

    def keep(self, address: str) -> None:
        """Until the register could be opened without a network."""
        self._until(lambda: address in self.page.evaluate(_COPIES))

    def settle(self) -> None:
        """Until nothing is on its way any more."""
        self._until(lambda: self.page.evaluate(_SETTLED) in {"saved", "attention"})

    def shown(self) -> list[str]:
        """The pupils at whose rows somebody has to look."""
        found: list[str] = self.page.evaluate(_SHOWN)
        return found

    def die_and_come_back(self) -> None:
        for process in self._processes():
            os.kill(process, signal.SIGKILL)
        with suppress(Error):
            self.context.close()
        self.context = self._start()
        self.page = self.context.pages[0]

    def close(self) -> None:
        self.context.close()

    def _start(self) -> BrowserContext:
        program = next(filter(None, map(shutil.which, BROWSERS)))
        return self._playwright.chromium.launch_persistent_context(
            str(self._place), executable_path=program, args=ARGUMENTS
        )

    def _processes(self) -> list[int]:
        """Of this profile alone, the browser's own process first."""
        mine = f"--user-data-dir={self._place}".encode()
        found = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
        return [process for process in sorted(found) if mine in _command_of(process)]

    def _until(self, holds: Callable[[], Any], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError(f"{self.who}'s tablet: {self.page.evaluate(_SETTLED)}")
            self.page.wait_for_timeout(50)


def _command_of(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
