"""When a message may leave: hold, hours and nights, also those in which clocks change."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school_erp.messages.rules.timing import Hours, due_at, is_news

LONDON = ZoneInfo("Europe/London")
MINUTE = dt.timedelta(minutes=1)


def hours(
    opens: str = "08:00", quiet: str = "20:00-07:00", hold: int = 15, zone: ZoneInfo = LONDON
) -> Hours:
    starts, _dash, ends = quiet.partition("-")
    clock = dt.time.fromisoformat
    return Hours(zone, hold * MINUTE, clock(opens), clock(starts), clock(ends))


def at(written: str, zone: dt.tzinfo = LONDON) -> dt.datetime:
    return dt.datetime.fromisoformat(written).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("marked", "leaves", "school"),
    [
        ("2026-11-20 09:00", "2026-11-20 09:15", hours()),
        ("2026-11-20 07:10", "2026-11-20 08:00", hours()),
        ("2026-11-20 07:50", "2026-11-20 08:05", hours()),
        # over midnight: the evening waits for the next morning, the night for its own
        ("2026-11-20 19:50", "2026-11-21 08:00", hours()),
        ("2026-11-20 23:59", "2026-11-21 08:00", hours()),
        ("2026-11-20 02:00", "2026-11-20 08:00", hours()),
        ("2026-11-20 19:44", "2026-11-20 19:59", hours()),
        # within a day; none at all; and a school that would open while it is quiet
        ("2026-11-20 12:00", "2026-11-20 14:00", hours(quiet="12:00-14:00")),
        ("2026-11-20 23:00", "2026-11-20 23:15", hours(quiet="07:00-07:00")),
        ("2026-11-20 12:00", "2026-11-21 07:00", hours(opens="22:00")),
        # clocks go forward from 1 to 2 in the night of 29 March, and back from 2 to 1 in October's
        ("2026-03-28 21:00", "2026-03-29 08:00", hours()),
        ("2026-10-24 21:00", "2026-10-25 08:00", hours()),
        ("2026-03-29 00:00", "2026-03-29 02:30", hours(opens="00:00", quiet="22:00-01:30")),
    ],
)
def test_a_message_leaves_after_the_hold_and_within_hours(
    marked: str, leaves: str, school: Hours
) -> None:
    assert due_at(at(marked), school) == at(leaves).astimezone(dt.UTC)


def test_an_hour_that_comes_twice_is_quiet_both_times() -> None:
    school = hours(opens="00:00", quiet="22:00-01:30", hold=0)
    first = at("2026-10-25 01:10")
    expected = dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)
    assert due_at(first, school) == due_at(first.replace(fold=1), school) == expected


@given(
    minutes=st.integers(0, 2 * 365 * 24 * 60),
    opens=st.times(),
    starts=st.times(),
    ends=st.times(),
    zone=st.sampled_from(["Europe/London", "Africa/Nairobi", "Australia/Lord_Howe"]),
)
def test_it_never_leaves_early_nor_while_it_is_quiet_and_always_within_two_days(
    minutes: int, opens: dt.time, starts: dt.time, ends: dt.time, zone: str
) -> None:
    school = Hours(ZoneInfo(zone), 15 * MINUTE, opens, starts, ends)
    moment = at("2026-01-01 00:00", dt.UTC) + minutes * MINUTE
    due = due_at(moment, school)
    assert moment + 15 * MINUTE <= due <= moment + dt.timedelta(days=2, hours=2)
    time = due.astimezone(school.zone).time()
    if starts <= ends:
        assert not starts <= time < ends
    else:
        assert ends <= time < starts


def test_news_is_of_the_last_days_and_never_of_those_to_come() -> None:
    today = dt.date(2026, 11, 20)
    ages = {age: is_news(today - dt.timedelta(days=age), today) for age in (-1, 0, 7, 8)}
    assert ages == {-1: False, 0: True, 7: True, 8: False}
