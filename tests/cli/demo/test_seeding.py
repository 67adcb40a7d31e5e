from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from uuid import uuid4

import pytest
import time_machine
from flask import Flask

from config import Config
from school_erp.cli.demo import seeding
from school_erp.cli.demo.seeding import TIMEZONE
from school_erp.core.clock import today_in
from tests.cli.conftest import Operator, operators_of, typing_into
from tests.cli.demo.conftest import LESSONS_ON, TERMS_ON, Demo, history_of

STARTS = ["2026-01-01", "2026-08-15", "2028-02-29"]
LATER = [0, 1, 11, 90, 200]


@pytest.mark.parametrize("start", STARTS)
def test_today_has_lessons_whenever_the_demo_is_started_again(demo: Demo, start: str) -> None:
    first = dt.date.fromisoformat(start)
    for day in (first + dt.timedelta(days=later) for later in LATER):
        with time_machine.travel(dt.datetime.combine(day, dt.time(8), dt.UTC), tick=False):
            demo.seed()
        for slug in ("riverside", "hillcrest"):
            at = {"weekday": day.isoweekday(), "week": "a", "day": day}
            assert len(demo.rows(slug, LESSONS_ON, at)) >= 12 * 5
            assert demo.number(slug, TERMS_ON, day) == 1
            assert demo.number(slug, "SELECT count(*) FROM calendar_day WHERE date = %s", day) == 0
            assert demo.number(slug, "SELECT count(*) FROM cover WHERE date = %s", day) >= 1
            assert demo.number(slug, "SELECT count(*) FROM calendar_day WHERE date > %s", day) >= 1


def test_the_same_people_come_out_every_time(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = (
        "SELECT given_name, family_name, email, external_id FROM person ORDER BY external_id"
    )
    demo.seed()
    first = demo.rows("riverside", everybody)
    demo.leave()
    monkeypatch.setattr(seeding, "DEMO", uuid4())
    demo.seed()
    assert demo.rows("riverside", everybody) == first


def test_a_real_school_of_that_name_is_not_touched(demo: Demo) -> None:
    demo.owner.execute(
        "INSERT INTO school (id, slug, name) VALUES (gen_random_uuid(), 'riverside', 'Real')"
    )
    result = demo.operator("demo", "seed")
    assert result.exit_code == 1
    assert "There is a school “riverside” already, and it is no demo." in result.output
    assert demo.number("riverside", "SELECT count(*) FROM person") == 0


def test_production_is_not_seeded(servers: Config) -> None:
    config = replace(servers, environment="production", public_url="https://school.example")
    with operators_of(config) as app:
        result = typing_into(app)("demo", "seed")
    assert result.exit_code == 1
    assert "not seeded where ENVIRONMENT is production" in result.output


def test_a_large_demo_has_two_thousand_students(
    operators: Flask, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(operators.config, "DEMO_SIZE", "large")
    with history_of(days=0):
        demo.seed()
    assert demo.number("grandview", "SELECT count(*) FROM role_grant WHERE role = 'student'") == (
        2_000
    )
    at = {"weekday": 3, "week": "b", "day": today_in(TIMEZONE)}
    lessons = demo.rows("grandview", LESSONS_ON, at)
    assert len(lessons) == 84 * 7
    assert max(Counter((row["slot"], row["teacher"]) for row in lessons).values()) == 1


def test_an_unknown_size_is_explained(
    operators: Flask, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(operators.config, "DEMO_SIZE", "huge")
    result = operator("demo", "seed")
    assert result.exit_code == 1
    assert "DEMO_SIZE is either small or large." in result.output
