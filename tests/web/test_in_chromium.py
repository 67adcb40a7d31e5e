from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from config import ROOT

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# what is right is only counted: describing each element of it takes half of the time; no rule of
# these reads style sheets or films, so that nothing is fetched for them again
ASK_AXE = """(rules) => axe.run(
  document, {runOnly: rules, resultTypes: ['violations'], preload: false})"""
PLACES = [
    "/gallery/list?",
    "/gallery/list?q=nobody",
    "/gallery/form?failing",
    "/gallery/person?",
    "/gallery/person?role=guardian",
    "/gallery/sign-in?",
    "/error/503?",
]
# a server on threads may be in the middle of telling a page something when the page leaves
LEFT_WHILE_TOLD = "Data frame received after close"
CONTROLS = "a, button, select, summary, input:not([type=hidden])"
# text in a sentence, boxes whose label is the target, links whose row is, and what nobody sees
IN_TEXT = "p a, li a:not([class]), .form-check-input, .row-link, .skip-link, .visually-hidden"
TOO_SMALL = """([controls, inText]) => [...document.querySelectorAll(controls)]
  .filter((one) => one.checkVisibility() && !one.matches(inText))
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""


class Screen:
    """One browser window that remembers every complaint in its console."""

    def __init__(self, browser: Browser, url: str, width: int = 1280, **options: Any) -> None:
        phone = {"has_touch": True, "is_mobile": True} if width < 400 else {}
        height = 760
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, **phone, **options
        )
        self.url = url
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: Any) -> None:
        if message.type in {"error", "warning"} and LEFT_WHILE_TOLD not in message.text:
            self.complaints.append(message.text)

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def violations(self) -> list[str]:
        """Seen as a whole: what a bar at the bottom covers for the moment can be scrolled to."""
        page = self.page
        size = page.viewport_size or {"width": 0, "height": 0}
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
        page.evaluate(AXE.read_text())
        found = page.evaluate(ASK_AXE, RULES)
        return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found["violations"]]


@pytest.fixture
def screens(chromium: Browser, gallery_url: str) -> Iterator[Any]:
    opened: list[Screen] = []

    def new(width: int = 1280, **options: Any) -> Screen:
        opened.append(Screen(chromium, gallery_url, width, **options))
        return opened[-1]

    yield new
    for screen in opened:
        screen.context.close()
    assert [complaint for screen in opened for complaint in screen.complaints] == []


@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_can_be_used_by_everyone(
    screens: Any, width: int, subtests: pytest.Subtests
) -> None:
    screen = screens(width)
    for place in PLACES:
        for theme, language in (("light", "en"), ("dark", "ar")):
            with subtests.test(f"{place} {theme} {language}"):
                page = screen.open(f"{place}&theme={theme}&language={language}")
                assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
                assert screen.violations() == []
                if width == 360:
                    assert page.evaluate(TOO_SMALL, [CONTROLS, IN_TEXT]) == []
                page.set_viewport_size({"width": width, "height": 760})


def test_a_menu_closes_by_escape_and_gives_the_focus_back(screens: Any) -> None:
    page = screens().open("/gallery/list")
    menu = page.locator(".person-button")
    menu.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(menu).to_be_focused()


def test_the_theme_changes_at_once_and_the_server_is_told(screens: Any, gallery: Flask) -> None:
    page = screens().open("/gallery/list?theme=light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".person-button").click()
    with page.expect_request("**/gallery/save"):
        page.get_by_role("button", name="Dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.wait_for_load_state("networkidle")
    assert gallery.extensions["saved"][-1]["theme"] == "dark"


def test_the_system_decides_between_light_and_dark_before_any_script(screens: Any) -> None:
    grounds = [
        screens(java_script_enabled=True, color_scheme=scheme)
        .open("/gallery/list?theme=auto")
        .evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert grounds[0] != grounds[1]


def test_a_search_narrows_the_list_while_typing_and_keeps_the_focus(screens: Any) -> None:
    page = screens().open("/gallery/list")
    search = page.get_by_role("searchbox")
    search.press_sequentially("pia", delay=20)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(search).to_be_focused()
    assert page.url.endswith("?q=pia")
    expect(page.locator("[data-announce]")).to_have_text("1 students")


def test_a_search_works_without_a_script(screens: Any) -> None:
    page = screens(java_script_enabled=False).open("/gallery/list")
    page.get_by_role("searchbox").fill("pia")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_rows_are_walked_with_the_arrow_keys(screens: Any) -> None:
    page = screens().open("/gallery/list")
    rows = page.locator("a.row-link")
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(rows.last).to_be_focused()


def test_a_form_pressed_twice_is_sent_once(screens: Any, gallery: Flask) -> None:
    page = screens().open("/gallery/person")
    gallery.extensions["saved"].clear()
    page.get_by_role("button", name="End enrolment").click()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="End it").dblclick()
    page.wait_for_load_state("networkidle")
    assert len(gallery.extensions["saved"]) == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_question_can_be_answered_no(screens: Any, gallery: Flask, scripts: bool) -> None:
    page = screens(java_script_enabled=scripts).open("/gallery/person")
    gallery.extensions["saved"].clear()
    page.get_by_role("button", name="End enrolment").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert gallery.extensions["saved"] == []


def test_the_summary_of_a_refused_form_has_the_focus_and_leads_to_the_field(screens: Any) -> None:
    page = screens().open("/gallery/form?failing")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Enter an address with an @.").click()
    expect(page.get_by_label("Email")).to_be_focused()


def test_a_password_can_be_shown_and_is_hidden_again_when_sent(screens: Any) -> None:
    page = screens().open("/gallery/sign-in")
    page.evaluate("addEventListener('submit', (event) => event.preventDefault())")
    password = page.get_by_label("Password", exact=True)
    page.get_by_role("button", name="Show password").click()
    expect(password).to_have_attribute("type", "text")
    for label, typed in (("School", "st-bart"), ("Login", "ada"), ("Password", "x")):
        page.get_by_label(label, exact=True).fill(typed)
    page.evaluate("document.querySelector('form.form').requestSubmit()")
    expect(password).to_have_attribute("type", "password")


def test_a_one_time_link_can_be_copied(screens: Any) -> None:
    screen = screens(permissions=["clipboard-read", "clipboard-write"])
    page = screen.open("/gallery/person")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith("/welcome/abc")
