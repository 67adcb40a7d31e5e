from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from school_erp.notifications.jobs import tell_held_notifications
from tests.world import Caller, World

As = Callable[..., Caller]
URL = "/api/v1/school/attendance"
MINE = "/api/v1/notifications"


def news(caller: Caller, **headers: str) -> list[str]:
    """The sentences, newest first, once the round has been that tells what is due."""
    with caller.client.application.app_context():
        tell_held_notifications()
    answer = caller.get(MINE, headers=headers)
    assert answer.status_code == 200, answer.text
    return [each["sentence"] for each in answer.get_json()["items"]]


def on(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def mark_at(world: World, who: str, days_ago: int = 0) -> str:
    return f"{URL}/marks/{world.ids[who]}/{world.today - dt.timedelta(days=days_ago)}/1"
