"""Five hundred are marked in a real browser: the bar moves, a reload loses nothing, and back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import expect

from config import Config
from tests.attendance.pages.conftest import grow
from tests.jobs.conftest import wait_for
from tests.people.test_in_chromium import Screens, screens  # noqa: F401 - a fixture
from tests.world import Caller, World

pytestmark = pytest.mark.browser

Owner = psycopg.Connection[Any]
UPLOAD = "/attendance/upload"
_WAITING = "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'register'::regclass"


class Gate:
    """Holds all registers, and lets one part of a job through at a time.

    The table's lock is given in the order of asking. A row's would go to whoever asks in the
    moment it is free, which may be the same part's successor.
    """

    def __init__(self, servers: Config, threads: ThreadPoolExecutor) -> None:
        self.threads = threads
        self.holding, self.next = (psycopg.connect(servers.owner_database_url) for _ in range(2))
        self._hold(self.holding)

    def _hold(self, connection: Owner) -> None:
        connection.execute("LOCK TABLE register IN EXCLUSIVE MODE")

    def _waiting(self) -> set[int]:
        return {pid for (pid,) in self.holding.execute(_WAITING)}

    def let_one_part_through(self) -> None:
        wait_for(self._waiting, 10)
        asked = self.threads.submit(self._hold, self.next)
        wait_for(lambda: self.next.info.backend_pid in self._waiting(), 10)
        self.holding.commit()
        asked.result(10)
        self.holding, self.next = self.next, self.holding

    def close(self) -> None:
        for connection in (self.holding, self.next):
            connection.close()


def test_five_hundred_are_marked_watched_reloaded_and_undone(
    founded: World,
    screens: Screens,  # noqa: F811 - the fixture
    owner: Owner,
    servers: Config,
    work: Callable[[str], None],
) -> None:
    grow(owner, founded, 498)
    screen = screens("olive")
    page = screen.open("/attendance/jobs")
    expect(page.get_by_text("Nothing was marked in bulk yet")).to_be_visible()
    page.get_by_role("link", name="Mark many").first.click()
    page.get_by_label("Everyone who has a register then").check()
    page.get_by_role("button", name="See what it would do").click()
    expect(page.get_by_text("501 students would be marked")).to_be_visible()
    page.get_by_role("searchbox", name="Find a student").fill("pav")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add Paul Pavlov as an exception").click()
    page.get_by_label("Mark for Paul Pavlov").select_option(label="E · Excused")
    page.get_by_role("button", name="Mark 501 students").click()
    expect(page.get_by_text("0 of 501")).to_be_visible()
    job_id = page.url.rpartition("/")[2]
    owner.execute("DELETE FROM enrolment WHERE person_id = %s", [founded.pia])
    bar = page.locator("main progress")
    owner.execute(
        "INSERT INTO register (school_id, section_id, date, slot) VALUES (%s, %s, %s, 1)",
        [founded.school_id, founded.homeroom_7a, founded.today],
    )
    with (
        ThreadPoolExecutor(2) as threads,
        closing(Gate(servers, threads)) as gate,
    ):
        running = threads.submit(work, job_id)
        for part in range(1, 6):
            gate.let_one_part_through()
            expect(bar).to_have_attribute("value", str(100 * part))
            if part == 3:
                page.reload()
                expect(bar).to_have_attribute("value", "300")
        gate.close()
        running.result(30)
    expect(page.get_by_text("500 stored, 1 not stored.")).to_be_visible()
    row = page.locator("tr", has_text="Pia Park")
    expect(row).to_contain_text("This student is not in this class on this day.")
    page.get_by_role("button", name="Undo").click()
    question = page.locator("dialog[open]")
    expect(question).to_contain_text("500 marks go back to what stood before.")
    question.get_by_label("Reason").fill("It was a holiday")
    question.get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("Undoing of marks")
    work(page.url.rpartition("/")[2])
    expect(page.locator(".tile", has_text="taken back")).to_contain_text("500")
    assert owner.execute("SELECT count(*) FROM student_attendance").fetchone() == (0,)
    assert screen.violations() == []


@pytest.mark.parametrize("scripted", [True, False])
def test_a_file_with_a_bad_line_is_seen_explained_and_stored_without_it(
    founded: World,
    screens: Screens,  # noqa: F811 - the fixture
    as_: Callable[..., Caller],
    owner: Owner,
    work: Callable[[str], None],
    tmp_path: Path,
    scripted: bool,
) -> None:
    day = founded.today.isoformat()
    taken = f"/api/v1/school/attendance/registers/{founded.homeroom_7a}/{day}/1/submission"
    assert as_("tom").put(taken, json={}).status_code == 200
    file = tmp_path / "marks.csv"
    file.write_text(
        f"date,student,status\n{day},X-pia,LATE\n{day},X-zoe,LATE\n{day},X-quinn,SICK\n"
    )
    screen = screens("olive", width=360, java_script_enabled=scripted)
    page = screen.open(UPLOAD)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="See what it would do").click()
    wrong = page.locator("table").first
    for told in (
        "This register was submitted; say why you change it.",
        "We know nobody by “X-zoe”.",
        "This is none of the choices.",
    ):
        expect(wrong).to_contain_text(told)
    expect(page.get_by_role("button", name="Store")).to_have_count(0)
    page.get_by_label("Reason").fill("The trip's paper list")
    page.get_by_role("button", name="See what it would do").click()
    expect(wrong).not_to_contain_text("say why")
    expect(page.get_by_label("Reason")).to_have_value("The trip's paper list")
    page.get_by_label("Leave out the 2 lines with mistakes").check()
    page.get_by_role("button", name="Store 1 line").click()
    expect(page.get_by_text("0 of 1")).to_be_visible()
    work(page.url.rpartition("/")[2])
    page.reload()
    expect(page.get_by_text("1 stored.")).to_be_visible()
    told = owner.execute("SELECT status, reason FROM student_attendance, attendance_audit_log")
    assert ("LATE", "The trip's paper list") in told.fetchall()
    if scripted:
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert screen.violations() == []
