"""A teacher marks a class in a real browser, with its scripts and without."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.attendance.pages.conftest import grow
from tests.browsing import Open, open_as
from tests.world import Caller, World

pytestmark = pytest.mark.browser

__all__ = ["Open", "open_as"]

Marks = Callable[[], dict[str, str]]
OPERATIONS = "**/api/v1/school/attendance/operations"


def pupil(page: Page, name: str) -> Any:
    return page.locator(".pupil", has_text=name)


def choose(page: Page, name: str, word: str) -> None:
    pupil(page, name).locator(".code-word", has_text=word).click()


def test_without_a_script_a_class_of_two_is_marked_with_one_absent(
    open_as: Open, founded: World, marks: Marks
) -> None:
    page = open_as("tom", width=360, java_script_enabled=False)
    page.goto("/registers")
    page.get_by_role("link", name="7A").click()
    choose(page, "Paul", "Absent")
    page.get_by_role("button", name="All present").click()
    expect(page.get_by_text("2 marks saved.")).to_be_visible()
    page.get_by_role("button", name="1 present, 1 absent: submit").click()
    expect(page.get_by_text("7A is submitted: 1 present, 1 absent.")).to_be_visible()
    assert marks() == {"pia": "P", "paul": "A"}


def test_with_its_script_marks_are_painted_at_once_and_saved_by_themselves(
    open_as: Open, founded: World, address: str, marks: Marks
) -> None:
    page = open_as("tom")
    page.goto(address)
    chip = page.locator("[data-chip]")
    page.get_by_role("button", name="All present").click()
    expect(page.locator("[data-counts]")).to_have_text("2 present, 0 absent", timeout=100)
    assert marks() == {}
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-counts]")).to_have_text("0 present, 0 absent, 2 not marked")
    pupil(page, "Pia").locator("input[type=radio]").first.focus()
    page.keyboard.press("p")
    page.keyboard.press("a")
    expect(page.locator("[data-counts]")).to_have_text("1 present, 1 absent", timeout=100)
    expect(chip).to_have_text("All saved")
    assert marks() == {"pia": "P", "paul": "A"}
    page.keyboard.press("Control+z")
    expect(page.locator("[data-counts]")).to_have_text("1 present, 0 absent, 1 not marked")
    expect(chip).to_have_text("All saved")
    assert marks() == {"pia": "P"}
    choose(page, "Paul", "Absent")
    expect(chip).to_have_text("All saved")
    assert marks() == {"pia": "P", "paul": "A"}
    page.get_by_role("button", name="1 present, 1 absent: submit").click()
    expect(page.get_by_text("7A is submitted: 1 present, 1 absent.")).to_be_visible()


def test_a_register_is_taken_by_ear_and_by_keys_alone(
    open_as: Open, founded: World, address: str, marks: Marks
) -> None:
    page = open_as("tom")
    page.goto(address)
    nodes = heard(page)
    landmarks = [role for role, _ in nodes if role in {"navigation", "banner", "main"}]
    assert list(dict.fromkeys(landmarks)) == ["navigation", "banner", "main"]
    content = nodes[[role for role, _ in nodes].index("main") :]
    named = [node for node in content if node[0] in {"heading", "list", "group"} and node[1]]
    assert named == [
        ("heading", "7A"),
        ("list", "Students"),
        ("group", "Pia Park: Not marked"),
        ("group", "Paul Pavlov: Not marked"),
    ]

    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    spoken = page.locator("[data-announce]")
    for key, said in (("1", ""), ("p", "Pia Park: P Present"), ("a", "Paul Pavlov: A Absent")):
        page.keyboard.press(key)
        expect(spoken).to_have_text(said)
    assert ("group", "Paul Pavlov: A Absent") in heard(page)
    page.keyboard.press("Control+Enter")
    done = page.get_by_role("status").filter(has_text="7A is submitted: 1 present, 1 absent.")
    expect(done).to_be_visible()
    assert marks() == {"pia": "P", "paul": "A"}


def heard(page: Page) -> list[tuple[str, str]]:
    """(role, name) of all that a screen reader comes by, from top to bottom."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    nodes, ahead, found = {node["nodeId"]: node for node in tree}, [tree[0]["nodeId"]], []
    while ahead:
        node = nodes[ahead.pop()]
        ahead += [each for each in reversed(node["childIds"]) if each in nodes]
        if not node["ignored"]:
            found.append((node["role"]["value"], node.get("name", {}).get("value", "").strip()))
    return found


def test_submitting_waits_for_what_is_not_saved_yet(
    open_as: Open, founded: World, address: str, marks: Marks
) -> None:
    page = open_as("tom")
    page.goto(address)
    page.get_by_role("button", name="All present").click()
    page.get_by_role("button", name="submit").click()
    expect(page.get_by_text("7A is submitted: 2 present, 0 absent.")).to_be_visible()
    assert marks() == {"pia": "P", "paul": "P"}


def test_a_mark_made_in_a_tunnel_is_saved_once_when_the_line_is_back(
    open_as: Open, founded: World, address: str, marks: Marks, count: Callable[[str], int]
) -> None:
    page = open_as("tom")
    page.goto(address)
    sent: list[list[str]] = []

    def lose_the_answer(route: Route) -> None:
        sent.append([each["id"] for each in route.request.post_data_json["operations"]])
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(OPERATIONS, lose_the_answer)
    choose(page, "Pia", "Absent")
    expect(page.locator("[data-chip]")).to_have_text("1 waiting")
    expect(page.locator("[data-chip]")).to_have_text("All saved", timeout=10_000)
    assert sent[0] == sent[1]
    assert marks() == {"pia": "A"}
    assert count("attendance_audit_log") == 1


def test_whoever_thinks_better_of_it_while_a_mark_is_on_its_way_is_heard(
    open_as: Open, founded: World, address: str, marks: Marks
) -> None:
    page = open_as("tom")
    page.goto(address)
    chip = page.locator("[data-chip]")
    choose(page, "Pia", "Present")
    expect(chip).to_have_text("All saved")
    held: list[Route] = []
    page.route(OPERATIONS, lambda route: route.continue_() if held else held.append(route))
    with page.expect_request(OPERATIONS):
        choose(page, "Pia", "Absent")
        choose(page, "Paul", "Absent")
    # what the school has, as far as is known
    choose(page, "Pia", "Present")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-counts]")).to_have_text("0 present, 1 absent, 1 not marked")
    choose(page, "Pia", "Present")
    held[0].continue_()
    expect(chip).to_have_text("All saved")
    expect(page.locator("[data-counts]")).to_have_text("1 present, 0 absent, 1 not marked")
    assert marks() == {"pia": "P"}


def test_a_conflict_with_what_was_not_heard_is_told_in_its_row_and_settled_there(
    open_as: Open, founded: World, address: str, marks: Marks, as_: Callable[..., Caller]
) -> None:
    page = open_as("tom")
    page.route_web_socket(re.compile("/socket.io/"), lambda line: line.close())
    # nor by asking, which begins as soon as no line opens
    page.route("**/api/v1/events?*", lambda route: route.fulfill(status=503))
    page.goto(address)
    expect(page.locator("[data-live-word]")).to_have_text("Offline")
    url = f"/api/v1/school/attendance/marks/{founded.pia}/{founded.today.isoformat()}/1"
    as_("cora").patch(url, json={"status": "LATE", "minutes_late": 4})
    choose(page, "Pia", "Absent")
    row = pupil(page, "Pia")
    expect(row.locator("[data-notice]")).to_contain_text("Cora Cole changed this at")
    expect(row.locator("[data-notice]")).to_contain_text("L Late · 4 min. You chose: A Absent.")
    expect(page.locator("[data-chip]")).to_have_text("Needs you")
    assert marks() == {"pia": "L"}
    row.get_by_role("button", name="Use mine").click()
    expect(page.locator("[data-chip]")).to_have_text("All saved")
    assert marks() == {"pia": "A"}


def test_a_class_of_thirty_prints_on_one_sheet(
    open_as: Open, founded: World, address: str, owner: Any
) -> None:
    grow(owner, founded, 28)
    page = open_as("tom")
    page.goto(address)
    sheet = page.pdf(format="A4", margin={"top": "1cm", "bottom": "1cm"})
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
