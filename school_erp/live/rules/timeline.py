"""When they came: arrivals in equal stretches of time, few enough to be drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

WIDTHS = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
MOST_BARS = 30


@dataclass(frozen=True, slots=True)
class Bar:
    begins_at: dt.datetime
    came: int
    so_far: int
    # of the highest bar, in hundredths
    height: int


def timeline(moments: Sequence[dt.datetime], begins_at: dt.datetime) -> Sequence[Bar]:
    """From the beginning to the last who came; nothing, where nobody has."""
    if not moments:
        return []
    begins_at = min(begins_at, *moments)
    width = _width((max(moments) - begins_at).total_seconds())
    counts = [0] * MOST_BARS
    for moment in moments:
        place = int((moment - begins_at).total_seconds() // width)
        counts[min(place, MOST_BARS - 1)] += 1
    last = max(place for place, came in enumerate(counts) if came)
    return _bars(counts[: last + 1], begins_at, dt.timedelta(seconds=width))


def _width(seconds: float) -> int:
    return next((width for width in WIDTHS if seconds / width < MOST_BARS), WIDTHS[-1])


def _bars(counts: Sequence[int], begins_at: dt.datetime, width: dt.timedelta) -> Sequence[Bar]:
    highest, so_far, bars = max(counts), 0, []
    for place, came in enumerate(counts):
        so_far += came
        bars.append(Bar(begins_at + place * width, came, so_far, -(-100 * came // highest)))
    return bars
