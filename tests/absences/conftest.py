from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.attendance.conftest import audited, change, count, founded, owner
from tests.world import Caller, World

__all__ = ["audited", "change", "count", "founded", "owner"]

URL = "/api/v1/absences"
As = Callable[..., Caller]
Rows = Callable[[str], list[tuple[Any, ...]]]


def day(world: World, days: int) -> str:
    return (world.today + dt.timedelta(days=days)).isoformat()


def said(world: World, first: int = 0, last: int | None = None, **more: Any) -> dict[str, Any]:
    """`said(world, 0, 2)`: Pia is ill from today to the day after tomorrow."""
    return {
        "student_id": str(world.pia),
        "starts_on": day(world, first),
        "ends_on": day(world, first if last is None else last),
        "reason": "illness",
        **more,
    }


@pytest.fixture
def rows(owner: psycopg.Connection[Any]) -> Rows:
    def read(query: str) -> list[tuple[Any, ...]]:
        return owner.execute(query).fetchall()  # type: ignore[arg-type]

    return read


@pytest.fixture
def marked(as_: As, founded: World, change: Callable[..., None]) -> Callable[..., None]:
    """`marked(A=["pia"], on=-1)`: what Tom says of 7A."""
    change("attendance_settings", backdate_days=30)

    def mark(on: int = 0, who: str = "tom", **codes: list[str]) -> None:
        records = [
            {"student_id": str(founded.ids[name]), "code": code}
            for code, names in codes.items()
            for name in names
        ]
        body = {
            "date": day(founded, on),
            "section_id": str(founded.homeroom_7a),
            "period": 1,
            "records": records,
            "reason": "seen",
        }
        answer = as_(who).post("/api/v1/school/attendance", json=body, headers={"Prefer": "wait=5"})
        assert answer.status_code == 200, answer.text

    return mark
