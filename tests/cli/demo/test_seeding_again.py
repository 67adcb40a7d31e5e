from __future__ import annotations

import datetime as dt

import time_machine

from school_erp.cli.demo.seeding import TIMEZONE
from school_erp.core.clock import today_in
from tests.cli.demo.conftest import LESSONS_ON, Demo


def test_seeding_again_changes_nobody(seeded: Demo) -> None:
    everybody = "SELECT * FROM person ORDER BY id"
    before, told = seeded.rows("hillcrest", everybody), seeded.told
    seeded.seed()
    assert seeded.rows("hillcrest", everybody) == before
    assert seeded.told == told


def test_seeding_again_marks_nobody_twice(seeded: Demo) -> None:
    counted = "SELECT count(*) + sum(version) FROM student_attendance"
    before = seeded.number("riverside", counted)
    seeded.seed()
    assert seeded.number("riverside", counted) == before


def test_what_people_changed_in_the_demo_stays(seeded: Demo) -> None:
    today = today_in(TIMEZONE)
    seeded.change("riverside", "UPDATE person SET phone = NULL WHERE external_id = 'T0001'")
    seeded.change(
        "riverside",
        "INSERT INTO calendar_day (school_id, id, date, kind, note) SELECT id, gen_random_uuid(), "
        "%s, 'closure', 'Burst pipe' FROM school WHERE slug = 'riverside'",
        today,
    )
    seeded.seed()
    one = seeded.rows("riverside", "SELECT phone FROM person WHERE external_id = 'T0001'")
    assert one == [{"phone": None}]
    notes = seeded.rows("riverside", "SELECT note FROM calendar_day WHERE date = %s", [today])
    assert notes == [{"note": "Burst pipe"}]


def test_a_clock_set_back_still_finds_lessons(seeded: Demo) -> None:
    day = today_in(TIMEZONE) - dt.timedelta(days=200)
    with time_machine.travel(dt.datetime.combine(day, dt.time(8), dt.UTC), tick=False):
        seeded.seed()
    at = {"weekday": day.isoweekday(), "week": "a", "day": day}
    assert len(seeded.rows("riverside", LESSONS_ON, at)) >= 12 * 5
