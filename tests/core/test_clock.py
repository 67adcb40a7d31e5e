from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from school_erp.core.clock import local_now, now, today_in

ZONES = sorted(available_timezones() - {"localtime", "Factory"})


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-03-01T22:30:00Z", "Africa/Nairobi", date(2026, 3, 2)),
        ("2026-03-01T20:30:00Z", "Africa/Nairobi", date(2026, 3, 1)),
        ("2026-01-01T04:59:00Z", "America/New_York", date(2025, 12, 31)),
        ("2026-07-01T03:59:00Z", "America/New_York", date(2026, 6, 30)),
        ("2026-07-01T04:00:00Z", "America/New_York", date(2026, 7, 1)),
        ("2026-03-29T00:30:00Z", "Europe/London", date(2026, 3, 29)),
        ("2026-10-24T23:30:00Z", "Europe/London", date(2026, 10, 25)),
        ("2026-10-25T23:30:00Z", "Europe/London", date(2026, 10, 25)),
        ("2026-05-05T11:00:00Z", "Pacific/Kiritimati", date(2026, 5, 6)),
        ("2026-05-05T10:00:00Z", "Pacific/Pago_Pago", date(2026, 5, 4)),
    ],
)
def test_today_is_today_where_the_school_is(moment: str, zone: str, day: date) -> None:
    with time_machine.travel(moment, tick=False):
        assert today_in(zone) == day


def test_an_hour_that_comes_twice_has_two_offsets() -> None:
    with time_machine.travel("2026-10-25T00:30:00Z", tick=False):
        first = local_now("Europe/London")
    with time_machine.travel("2026-10-25T01:30:00Z", tick=False):
        second = local_now("Europe/London")
    assert first.time() == second.time()
    assert second - first.astimezone(UTC) == timedelta(hours=1)


@given(st.datetimes(datetime(1980, 1, 1), datetime(2090, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001 - made aware below
def test_here_and_there_are_the_same_moment(moment: datetime, zone: str) -> None:
    with time_machine.travel(moment.replace(tzinfo=UTC), tick=False):
        assert now().tzinfo is UTC
        # an hour that comes twice equals no moment of another zone, as Python compares them
        assert local_now(zone).astimezone(UTC) == now()
        assert today_in(zone) == now().astimezone(ZoneInfo(zone)).date()
        assert abs(today_in(zone) - now().date()) <= timedelta(days=1)
