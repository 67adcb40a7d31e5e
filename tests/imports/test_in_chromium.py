from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.people.test_in_chromium import screens  # noqa: F401 - a fixture
from tests.web.test_in_chromium import Screen

pytestmark = pytest.mark.browser

Screens = Callable[..., Screen]


@pytest.mark.parametrize("scripted", [True, False])
def test_a_file_is_chosen_looked_at_and_imported(
    screens: Screens,  # noqa: F811 - the fixture
    tmp_path: Path,
    scripted: bool,
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("external_id,given_name,family_name\nS1,Zoë,Quist\nX-pia,Pia,Plum\nS2,Max,\n")
    page = screens("ada", width=360, java_script_enabled=scripted).open("/imports/people")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("h1")).to_have_text("What the file would change")
    expect(page.locator("del")).to_have_text("Park")
    assert page.evaluate("document.documentElement.scrollWidth") == 360 if scripted else True
    page.get_by_label("Leave out the 1 line with a mistake").check()
    if scripted:
        # an answer that is long in coming
        page.route("**/imports/people/*", lambda route: route.fulfill(status=204))
        page.locator("main form button[type=submit]").click()
        expect(page.get_by_role("progressbar", name="Still working on it")).to_be_visible()
        page.unroute("**/imports/people/*")
        page.reload()
        page.get_by_label("Leave out the 1 line with a mistake").check()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("h1")).to_have_text("Imports")
    expect(page.locator(".messages")).to_contain_text("Imported: 1 new, 1 changed.")
