"""The only reader of the clock. Everything else is told what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    return datetime.now(UTC)


def local_now(timezone: str) -> datetime:
    return now().astimezone(ZoneInfo(timezone))


def today_in(timezone: str) -> date:
    """Today, where the school is."""
    return local_now(timezone).date()
