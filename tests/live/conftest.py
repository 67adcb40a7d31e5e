from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.attendance.conftest import audited, change, count, founded, owner, school
from tests.world import Caller, World

__all__ = ["Start", "audited", "change", "count", "founded", "owner", "school", "start"]

Start = Callable[..., dict[str, Any]]


@pytest.fixture
def start(founded: World, as_: Callable[..., Caller]) -> Start:
    """`start("tom", single_use=True)`: a live session of 7A, as its start was answered."""

    def run(who: str = "tom", **wishes: Any) -> dict[str, Any]:
        whose = {} if "section_ids" in wishes else {"section_id": str(founded.homeroom_7a)}
        answer = as_(who).post("/api/v1/sessions/live", json={**whose, **wishes})
        assert answer.status_code == 201, answer.text
        started: dict[str, Any] = answer.get_json()
        return started

    return run
