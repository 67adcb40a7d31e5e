"""What a school may call its place in the world."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import available_timezones

import phonenumbers
from babel import Locale, UnknownLocaleError

SLUG = re.compile("[a-z0-9][a-z0-9-]{1,39}")
WEEKDAYS = (1, 2, 3, 4, 5, 6, 7)

# directories of the zone database that repeat its zones, or name no place
_NOT_PLACES = ("Etc/", "posix/", "right/", "SystemV/", "US/")


@cache
def timezones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def timezones_by_place() -> tuple[str, ...]:
    """Those worth choosing from: `Continent/City`, and UTC."""
    places = sorted(
        name for name in timezones() if "/" in name and not name.startswith(_NOT_PLACES)
    )
    return ("UTC", *places)


@cache
def regions() -> tuple[str, ...]:
    """Two-letter countries whose phone numbers we can read."""
    return tuple(sorted(phonenumbers.SUPPORTED_REGIONS))


def usual_weekdays(region: str) -> tuple[int, ...]:
    """The days outside the weekend of that country."""
    try:
        there = Locale.parse(f"und_{region}")
    except (UnknownLocaleError, ValueError):
        there = Locale("en", "GB")
    # counted from 0 there
    days = (there.weekend_end - there.weekend_start) % 7 + 1
    weekend = {(there.weekend_start + day) % 7 + 1 for day in range(days)}
    return tuple(day for day in WEEKDAYS if day not in weekend)
