"""What people say of staff, and what they are answered."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from school_erp.attendance.marking import Marker
from school_erp.attendance.vocabulary import Source
from tests.world import TIMEZONE, World

URL = "/api/v1/school/attendance/staff"
LONDON = ZoneInfo(TIMEZONE)


def body_of(world: World, **more: Any) -> dict[str, Any]:
    """`body_of(world, tom="PRESENT", sam={"code": "L", …}, date=…)`."""
    date = more.pop("date", world.today)
    extra = {name: more.pop(name) for name in ("reason",) if name in more}
    records = [
        {"person_id": str(world.ids[who]), **({"status": said} if isinstance(said, str) else said)}
        for who, said in more.items()
    ]
    return {"date": date.isoformat(), "records": records, **extra}


def at(world: World, time: str, days: int = 0) -> str:
    day = world.today + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time.fromisoformat(time), LONDON).isoformat()


def outcomes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [record["outcome"] for record in answer.get_json()["records"]]


def marker(world: World, who: str, source: Source = Source.SELF) -> Marker:
    office = source is Source.OFFICE
    role = "officer" if office else "teacher"
    return Marker(world.ids[who], who, role, in_office=office, source=source)
