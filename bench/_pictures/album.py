"""The pictures, one function for each story."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from playwright.sync_api import Locator, Page, expect

from bench._pictures.demo import Demo

Picture = tuple[str, Page]
PATIENCE_MS = 20_000


def of_the_teacher(demo: Demo) -> Iterator[Picture]:
    teacher = demo.people("teacher")[0]
    desk = demo.open(teacher)
    yield "day", desk
    phone = demo.open(teacher, phone=True, dark=True)
    phone.locator("#registers .row-link").first.tap()
    phone.locator("[data-all-present]").tap()
    for number in (2, 4):
        choice(phone, number, "absent").tap()
    chip(phone, "All saved")
    yield "register", phone
    basement = demo.open(demo.people("teacher")[1], phone=True)
    basement.locator("#registers .row-link").first.tap()
    basement.wait_for_load_state("networkidle")
    basement.context.set_offline(True)
    for number, status in enumerate(("present", "present", "absent", "present", "late"), 1):
        choice(basement, number, status).tap()
    chip(basement, "5 waiting")
    yield "offline", basement


def of_the_office(demo: Demo) -> Iterator[Picture]:
    officer = demo.people("officer")[0]
    for name, path in (
        ("registers", "/registers"),
        ("calling", "/calling"),
    ):
        yield name, demo.open(officer, path)
    page = demo.open(officer, "/attendance/jobs")
    page.get_by_role("link", name="Mark many").first.click()
    page.get_by_label("Everyone who has a register then").check()
    page.get_by_role("button", name="See what it would do").click()
    with demo.crew.standing_still():
        page.get_by_role("button", name=re.compile(r"Mark \d+ students")).click()
        expect(page.locator("main progress")).to_be_visible()
    expect(page.locator("main progress")).not_to_have_js_property("value", 0, timeout=PATIENCE_MS)
    with demo.crew.standing_still():
        yield "bulk", page


def of_a_hall(demo: Demo) -> Iterator[Picture]:
    wall = demo.open(demo.people("teacher")[0], "/live/new")
    wall.set_viewport_size({"width": 1280, "height": 980})
    wall.locator("input[name=section_ids]").first.check()
    wall.get_by_role("button", name="Start", exact=True).click()
    wall.wait_for_url(re.compile(r"/live/[0-9a-f-]{36}$"))
    phones = [demo.open(each, phone=True) for each in demo.people("student")]
    arrived = [phone for phone in phones if checks_in(phone, wall)]
    count = wall.locator("[data-figure=students_present]")
    expect(count).to_have_text(str(len(arrived)), timeout=PATIENCE_MS)
    yield "live", wall
    yield "checked-in", arrived[0]


def checks_in(phone: Page, wall: Page) -> bool:
    """Whoever is in the class that the wall is for."""
    running = phone.locator("#live-sessions .row-link")
    if not running.count():
        return False
    running.first.tap()
    letters = (wall.locator("[data-typed]").text_content() or "").replace(" ", "")
    phone.get_by_label("Or type the six letters beside it").fill(letters)
    phone.get_by_role("button", name="Check in", exact=True).tap()
    expect(phone.get_by_role("heading", name="You are checked in.")).to_be_visible()
    return True


def of_a_parent(demo: Demo) -> Iterator[Picture]:
    yield "family", demo.open(demo.people("guardian")[0], phone=True)


def choice(page: Page, number: int, status: str) -> Locator:
    return page.locator(".pupil").nth(number - 1).locator(f".code-{status}").first


def chip(page: Page, words: str) -> None:
    expect(page.locator("[data-chip]")).to_have_text(words, timeout=PATIENCE_MS)


STORIES: dict[str, Callable[[Demo], Iterator[Picture]]] = {
    "teacher": of_the_teacher,
    "hall": of_a_hall,
    "parent": of_a_parent,
    "office": of_the_office,
}
