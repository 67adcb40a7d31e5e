from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from school_erp.core.tenancy import acting_for
from school_erp.extensions import db
from school_erp.realtime.models import RealtimeEvent
from tests.attendance.conftest import audited, change, count, founded, owner, school, work
from tests.world import World

__all__ = ["audited", "change", "count", "founded", "owner", "school", "work"]


@pytest.fixture(autouse=True)
def told_at_once(founded: World, change: Callable[..., None]) -> None:
    """Absences are not held back, but where a test says so."""
    change("attendance_settings", message_hold_minutes=0)


@pytest.fixture
def told(app: Flask, founded: World) -> Callable[[str], list[str]]:
    """The types of what the room of somebody heard about notifications."""

    def types(who: str) -> list[str]:
        with app.app_context(), acting_for(founded.school_id):
            room = RealtimeEvent.room == f"user:{founded.ids[who]}"
            rows = db.session.scalars(
                select(RealtimeEvent.type).where(room).order_by(RealtimeEvent.seq)
            )
            return [each for each in rows if "NOTIFICATION" in each]

    return types
