"""What a browser keeps of registers, and what it said meanwhile."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

from tests.world import World

KEPT = """async () => {
  const open = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("registers");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const read = (store, what) => new Promise((resolve) => {
    const asked = open.transaction(store).objectStore(store)[what]();
    asked.onsuccess = () => resolve(asked.result);
  });
  const bytes = ({ text }) => new TextDecoder("latin1").decode(text);
  const found = {
    copies: await read("copies", "getAllKeys"),
    sealed: (await read("copies", "getAll")).map(bytes).join(""),
    operations: (await read("operations", "getAll")).length,
    locks: (await read("vault", "getAll")).map(({ key }) => key.extractable),
    hours: (await read("vault", "getAll")).map(({ since, until }) => (until - since) / 3600000),
  };
  open.close();
  return found;
}"""


SEALED = """async () => {
  const open = await new Promise((resolve) => {
    const asked = indexedDB.open("registers");
    asked.onsuccess = () => resolve(asked.result);
  });
  const asked = open.transaction("operations").objectStore("operations").getAll();
  await new Promise((resolve) => (asked.onsuccess = resolve));
  open.close();
  return asked.result.map(({ sealed }) => new TextDecoder("latin1").decode(sealed.text)).join("");
}"""


def sign_in(page: Page, world: World, who: str) -> None:
    for name, value in world.login(who).items():
        page.fill(f"[name={name}]", value)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile(r"/$"))


def kept(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(KEPT)
    return found


def chip(page: Page) -> Any:
    return page.locator("[data-chip]")


def is_kept(page: Page, address: str) -> None:
    """This register, tomorrow's too, and the worker that opens them are there."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for _ in range(80):
        if {address, "/registers/kept", "list"} <= {*(found := kept(page)["copies"])}:
            return
        page.wait_for_timeout(100)
    raise AssertionError(found)


def listen(page: Page) -> list[str]:
    """Errors, but for what a browser says of a network that is not there."""
    said: list[str] = []
    page.on("console", lambda it: it.type == "error" and said.append(it.text))
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.on("dialog", lambda dialog: dialog.accept())
    return said


def complaints(said: list[str]) -> list[str]:
    return [it for it in said if not re.search(r"net::ERR_|WebSocket connection to", it)]
