from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.attendance.conftest import audited, change, count, founded, owner, school, work
from tests.world import World

__all__ = ["audited", "change", "count", "founded", "owner", "school", "work"]


@pytest.fixture(autouse=True)
def told_at_once(founded: World, change: Callable[..., None]) -> None:
    """Absences are not held back, but where a test says so."""
    change("attendance_settings", message_hold_minutes=0)
