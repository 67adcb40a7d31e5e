"""What a device may keep of a school, and the key that it is sealed with there."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import current_app

from school_erp.attendance.errors import NotSetUp
from school_erp.attendance.queries.registers import RegisterInList, registers_on
from school_erp.schools.queries import today_here

# without having been in reach of the school
KEPT_HOURS = 12
# a page is asked for with it by what will keep it, and says by it that it may be kept
KEEP = "X-Keep"


@dataclass(frozen=True, slots=True)
class Keeping:
    date: dt.date
    register: RegisterInList


def device_key(school_id: UUID, person_id: UUID) -> str:
    """The same at each sign-in, so that what was not sent can be read by this person again."""
    secret: str = current_app.config["SECRET_KEY"]
    key = hmac.digest(secret.encode(), f"device {school_id} {person_id}".encode(), "sha256")
    return base64.b64encode(key).decode()


def registers_to_keep(school_id: UUID, person_id: UUID) -> list[Keeping]:
    """Today's and tomorrow's of whoever teaches them."""
    try:
        return list(_of_two_days(school_id, person_id))
    except NotSetUp:
        return []


def _of_two_days(school_id: UUID, person_id: UUID) -> Iterator[Keeping]:
    today = today_here()
    for day in (today, today + dt.timedelta(days=1)):
        for register in registers_on(school_id, day, person_id):
            yield Keeping(day, register)
