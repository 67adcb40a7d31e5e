"""Notifications as somebody reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask

from school_erp.core.access import current_actor
from school_erp.notifications.access import reader
from school_erp.notifications.kinds import KINDS
from school_erp.notifications.queries import Line, latest_unread
from school_erp.realtime.rooms import USER

MOST_IN_BELL = 5


@dataclass(frozen=True, slots=True)
class Told:
    id: UUID
    kind: str
    sentence: str
    address: str
    picture: str
    facts: dict[str, Any]
    at: dt.datetime
    read_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Bell:
    """What the head of every page shows."""

    rooms: dict[str, int]
    unread: int
    latest: Sequence[Told]


def init_app(app: Flask) -> None:
    app.add_template_global(bell)


def told(line: Line) -> Told:
    kind = KINDS[line.kind]
    return Told(
        id=line.id,
        kind=line.kind,
        sentence=kind.sentence(line),
        address=kind.address(line),
        picture=kind.picture,
        facts=line.facts,
        at=line.at,
        read_at=line.read_at,
    )


def told_all(lines: Sequence[Line]) -> list[Told]:
    """A kind that only a newer process knows is left out until this one is renewed."""
    return [told(line) for line in lines if line.kind in KINDS]


def bell() -> Bell:
    person_id = reader(current_actor())
    unread = latest_unread(person_id, MOST_IN_BELL)
    return Bell({str(USER.of(person_id)): unread.head}, unread.count, told_all(unread.latest))
