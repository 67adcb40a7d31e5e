"""10,000 made-up cases of what may be marked when, held against an oracle of their own.

The oracle shares nothing with the rules: local time comes from a hand-written table of offsets,
weekdays from counting on from one known Thursday, open days and windows from sheets of days that
are ticked off one by one.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

import time_machine

from school_erp.academics.rules.calendar import is_school_day
from school_erp.attendance.rules.arrival import is_after_close, minutes_after, status_on_arrival
from school_erp.attendance.rules.dates import Window, judged_on
from school_erp.attendance.vocabulary import Status
from school_erp.core.clock import local_now, today_in

CASES = 10_000
# offsets in minutes before and after each change, and the changes, by hand from the zones' laws:
# nothing here is computed by a time zone library
LONDON = [
    ("2026-03-29 01:00", 60),
    ("2026-10-25 01:00", 0),
    ("2027-03-28 01:00", 60),
    ("2027-10-31 01:00", 0),
]
NEW_YORK = [
    ("2026-03-08 07:00", -240),
    ("2026-11-01 06:00", -300),
    ("2027-03-14 07:00", -240),
    ("2027-11-07 06:00", -300),
]
LORD_HOWE = [
    ("2026-04-04 15:00", 630),
    ("2026-10-03 15:30", 660),
    ("2027-04-03 15:00", 630),
    ("2027-10-02 15:30", 660),
]
AUCKLAND = [
    ("2026-04-04 14:00", 720),
    ("2026-09-26 14:00", 780),
    ("2027-04-03 14:00", 720),
    ("2027-09-25 14:00", 780),
]
_WRITTEN: dict[str, tuple[int, list[tuple[str, int]]]] = {
    "Europe/London": (0, LONDON),
    "America/New_York": (-300, NEW_YORK),
    "Australia/Lord_Howe": (660, LORD_HOWE),
    "Pacific/Auckland": (780, AUCKLAND),
    "Africa/Nairobi": (180, []),
    "Asia/Kathmandu": (345, []),
    "Pacific/Kiritimati": (840, []),
    "Pacific/Pago_Pago": (-660, []),
}
ZONES = {
    zone: (offset, [(dt.datetime.fromisoformat(at), after) for at, after in changes])
    for zone, (offset, changes) in _WRITTEN.items()
}
FIRST, LAST = map(dt.datetime.fromisoformat, ("2026-01-02 00:00", "2027-12-30 00:00"))


@dataclass(frozen=True)
class Session:
    kind: str
    starts_on: dt.date
    ends_on: dt.date
    id: UUID
    year_id: UUID | None = None


@dataclass(frozen=True)
class SpecialDay:
    date: dt.date
    kind: str
    note: str | None = None


@dataclass(frozen=True)
class Calendar:
    weekdays: tuple[int, ...]
    sessions: tuple[Session, ...]
    special: tuple[SpecialDay, ...]


@dataclass(frozen=True)
class Case:
    zone: str
    moment: dt.datetime
    day: dt.date
    window: Window
    in_office: bool
    marked_before: int | None
    calendar: int
    late_by: int


ONE, TWO = UUID(int=1), UUID(int=2)
TERMS = (
    Session("year", dt.date(2026, 1, 5), dt.date(2027, 7, 16), ONE),
    Session("term", dt.date(2026, 1, 5), dt.date(2026, 7, 17), UUID(int=3), ONE),
    Session("term", dt.date(2026, 9, 1), dt.date(2026, 12, 18), UUID(int=4), ONE),
    Session("term", dt.date(2027, 1, 4), dt.date(2027, 7, 16), UUID(int=5), ONE),
)
WHOLE_YEAR = (Session("year", dt.date(2026, 2, 1), dt.date(2026, 12, 31), TWO),)
SPECIAL = (
    SpecialDay(dt.date(2026, 3, 29), "closure", "The clocks change"),
    SpecialDay(dt.date(2026, 10, 26), "closure"),
    SpecialDay(dt.date(2026, 11, 2), "half_day"),
    SpecialDay(dt.date(2026, 12, 25), "closure"),
    SpecialDay(dt.date(2027, 3, 15), "changed_timing"),
)
CALENDARS = (
    Calendar((1, 2, 3, 4, 5), TERMS, SPECIAL),
    Calendar((7, 1, 2, 3, 4), TERMS, SPECIAL),
    Calendar((1, 2, 3, 4, 5, 6, 7), WHOLE_YEAR, SPECIAL),
    Calendar((1, 2, 3, 4, 5, 6), WHOLE_YEAR, ()),
)


def open_days(calendar: Calendar) -> set[str]:
    """Every day from a known Thursday on, ticked off by hand."""
    spans = [each for each in calendar.sessions if each.kind == "term"] or calendar.sessions
    closed = {each.date.isoformat() for each in calendar.special if each.kind == "closure"}
    found = set()
    day, weekday = dt.date(2026, 1, 1), 4
    while day.year < 2028:
        written = day.isoformat()
        in_span = any(
            each.starts_on.isoformat() <= written <= each.ends_on.isoformat() for each in spans
        )
        if in_span and weekday in calendar.weekdays and written not in closed:
            found.add(written)
        day, weekday = day + dt.timedelta(days=1), weekday % 7 + 1
    return found


def oracle_local(zone: str, moment: dt.datetime) -> dt.datetime:
    offset, changes = ZONES[zone]
    for changed, after in changes:
        if moment >= changed:
            offset = after
    return moment + dt.timedelta(minutes=offset)


def oracle_fault(case: Case) -> str:
    """What a secretary with a wall calendar would say."""
    believed = case.moment
    before, grace = case.marked_before, 60 * case.window.offline_grace_hours
    if before is not None and 0 <= before <= grace:
        believed = case.moment - dt.timedelta(minutes=before)
    today = oracle_local(case.zone, believed).date()
    allowed = case.window.office_backdate_days if case.in_office else case.window.backdate_days
    sheet = {today}
    leaf = today
    for _ in range(allowed):
        leaf -= dt.timedelta(days=1)
        sheet.add(leaf)
    if case.day in sheet:
        return ""
    if case.day.isoformat() > today.isoformat():
        return "" if case.window.allow_future_date else "future_date"
    return "outside_window"


def cases(seed: int) -> Iterator[Case]:
    """Half of them within three hours of a change of clocks or of a local midnight."""
    chance = random.Random(seed)
    span = int((LAST - FIRST).total_seconds())
    for _ in range(CASES):
        zone = chance.choice(list(ZONES))
        moment = FIRST + dt.timedelta(seconds=chance.randrange(span))
        kind = chance.randrange(4)
        if kind == 0 and ZONES[zone][1]:
            moment = chance.choice(ZONES[zone][1])[0]
        elif kind <= 1:
            local = oracle_local(zone, moment)
            moment += dt.datetime.combine(local.date(), dt.time()) - local
        if kind <= 1:
            moment += dt.timedelta(seconds=chance.choice((-10_800, -3_601, -1, 0, 1, 3_599, 7_200)))
        back = chance.choice((0, 1, 2, 7))
        near = oracle_local(zone, moment).date()
        yield Case(
            zone=zone,
            moment=moment,
            day=near + dt.timedelta(days=chance.randint(-(back + 9), 2)),
            window=Window(
                back, back + chance.choice((0, 1, 7)), chance.random() < 0.3, chance.choice((0, 24))
            ),
            in_office=chance.random() < 0.5,
            marked_before=chance.choice((None, None, -5, 0, 1, 90, 1_440, 1_441)),
            calendar=chance.randrange(len(CALENDARS)),
            late_by=chance.choice((-40, -1, 0, 1, 10, 11, 30, 31, 95)),
        )


def fault_by_rules(case: Case, moment: dt.datetime) -> str:
    back = case.marked_before
    marked = None if back is None else moment - dt.timedelta(minutes=back)
    believed = judged_on(marked, moment, case.window.offline_grace_hours)
    today = believed.astimezone(ZoneInfo(case.zone)).date()
    return str(case.window.fault(case.day, today, in_office=case.in_office) or "")


def arrival_by_rules(case: Case, moment: dt.datetime) -> tuple[int, Status, bool]:
    """Of somebody who comes that many minutes after a lesson began, by the wall's clock."""
    zone = ZoneInfo(case.zone)
    arrived = moment + dt.timedelta(minutes=case.late_by)
    minutes = minutes_after(arrived.astimezone(zone), moment.astimezone(zone))
    return minutes, status_on_arrival(minutes, 10), is_after_close(minutes, 30)


def arrival_by_stopwatch(case: Case) -> tuple[int, Status, bool]:
    minutes = case.late_by if case.late_by > 0 else 0
    return minutes, Status.LATE if minutes >= 11 else Status.PRESENT, minutes >= 31


def test_ten_thousand_times_day_window_and_lateness_are_right() -> None:
    sheets = [open_days(calendar) for calendar in CALENDARS]
    wrong = []
    with time_machine.travel(0, tick=False) as traveller:
        for case in cases(20261121):
            moment = case.moment.replace(tzinfo=dt.UTC)
            traveller.move_to(moment)
            local, calendar = oracle_local(case.zone, case.moment), CALENDARS[case.calendar]
            right = (
                (local_now(case.zone).replace(tzinfo=None), local),
                (today_in(case.zone), local.date()),
                (fault_by_rules(case, moment), oracle_fault(case)),
                (
                    is_school_day(case.day, calendar.weekdays, calendar.sessions, calendar.special),
                    case.day.isoformat() in sheets[case.calendar],
                ),
                (arrival_by_rules(case, moment), arrival_by_stopwatch(case)),
            )
            wrong += [(case, *pair) for pair in right if pair[0] != pair[1]]
    assert not wrong, f"{len(wrong)} wrong, the first: {wrong[0]}"
