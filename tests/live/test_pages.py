"""The teacher's pages as plain forms: a script makes them quicker, and nothing hangs on it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from school_erp.live.rules.timeline import timeline
from tests.live.conftest import Start
from tests.world import Caller, Visitor, World

As = Callable[..., Caller]
Visiting = Callable[..., Visitor]
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def test_the_class_a_teacher_has_before_them_is_chosen_already(
    founded: World, visiting: Visiting, change: Callable[..., None]
) -> None:
    change("attendance_settings", morning_at="00:00", daily_sessions=1)
    chosen = re.compile(rf'value="{founded.homeroom_7a}"[^>]*checked')
    assert chosen.search(visiting("tom").get("/live/new").text)
    assert not chosen.search(visiting("olive").get("/live/new").text)
    change("attendance_settings", morning_at="23:59:59")
    assert not chosen.search(visiting("tom").get("/live/new").text)


def test_a_teacher_starts_steers_and_ends_a_session_by_forms_alone(
    founded: World, visiting: Visiting, as_: As
) -> None:
    tom = visiting("tom")
    assert "No session yet" in tom.get("/live").text
    page = tom.get(f"/live/new?section_id={founded.homeroom_7a}").text
    assert "<bdi>7A<" in page
    assert "<bdi>7B<" not in page
    refused = tom.submit("/live/new", {"ends_in": "0"})
    assert refused.status_code == 422
    assert "Choose at least one class" in refused.text
    assert "This is 1 to 720 minutes." in refused.text

    begun = tom.submit("/live/new", {"section_ids": [str(founded.homeroom_7a)], "ends_in": "30"})
    url = begun.location
    wall = tom.get(url).text
    assert "<svg" in wall
    assert 'http-equiv="refresh"' in wall
    assert "of 2 present" in wall
    assert "Nobody has checked in yet." in wall
    again = tom.submit("/live/new", {"section_ids": [str(founded.homeroom_7a)]})
    assert "A session of this class is already running" in again.text

    for step, said in (
        ("pause", "Paused. Nobody can check in just now."),
        ("resume", "Running"),
        ("hide", "The code is hidden."),
        ("lock", "Door closed"),
        ("end", "Ended"),
    ):
        assert tom.submit(f"{url}/steering", {"step": step}).location == url
        assert said in tom.get(url).text, step
    assert 'http-equiv="refresh"' not in tom.get(url).text
    tom.submit(f"{url}/steering", {"step": "resume"})
    assert "This session is over, so nothing about it can be changed" in tom.get(url).text
    history = tom.get(f"/live/classes/{founded.homeroom_7a}").text
    assert history.count(f'href="{url}"') == 1


def test_a_flagged_check_in_is_rejected_on_the_page_of_the_group_and_leaves_its_count(
    founded: World, visiting: Visiting, as_: As, start: Start
) -> None:
    both = [str(founded.homeroom_7a), str(founded.homeroom_7b)]
    live = start("olive", section_ids=both)
    for who in ("pia", "paul"):
        body = {"device": "one phone", "token": live["qr"]["token"]}
        answer = as_(who).post(f"/api/v1/sessions/{live['id']}/attendance", json=body)
        assert answer.status_code == 200
    olive, url = visiting("olive"), f"/live/{live['id']}"
    page = olive.get(url).text
    assert "The same phone was used by several students" in page
    assert "Paul Pavlov" in olive.get(f"{url}/beside").text
    [session] = [each for each in live["sessions"] if each["section_name"] == "7A"]
    decided = olive.submit(
        f"/live/{session['id']}/check-ins/{founded.pia}/decision",
        {"decision": "rejected", "next": url},
    )
    assert decided.location == url
    stats = as_("olive").get(f"/api/v1/sessions/{live['id']}/stats").get_json()
    assert (stats["students_joined"], stats["students_present"]) == (2, 1)
    rejected = olive.get(f"{url}/list?standing=rejected").text
    assert "1 student" in rejected
    missing = olive.get(f"{url}/list?standing=missing").text
    results = missing.partition('id="results"')[2].partition('id="hall"')[0]
    assert "Quinn" in results
    assert "Pia Park" not in results


def test_nobody_runs_a_session_of_a_class_that_is_not_theirs(
    founded: World, visiting: Visiting, count: Callable[[str], int]
) -> None:
    answer = visiting("tom").submit("/live/new", {"section_ids": [str(founded.homeroom_7b)]})
    assert answer.status_code == 403
    assert count("live_session") == 0


def test_arrivals_are_drawn_in_at_most_thirty_bars_that_add_up() -> None:
    assert timeline([], NOON) == []
    seconds = [0, 1, 2, 61, 3600, 36_000]
    bars = timeline([NOON + dt.timedelta(seconds=each) for each in seconds], NOON)
    assert len(bars) <= 30
    assert (sum(bar.came for bar in bars), bars[-1].so_far) == (6, 6)
    assert (bars[0].came, bars[0].height) == (4, 100)
    early = timeline([NOON - dt.timedelta(seconds=3)], NOON)
    assert [(bar.came, bar.height) for bar in early] == [(1, 100)]
