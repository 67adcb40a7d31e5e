"""What somebody is to be told: each kind's facts, and what it is about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Notice:
    person_id: UUID
    kind: str
    # an unread one about the same is replaced by this one
    about: str
    facts: dict[str, Any]


def where(section_id: UUID, day: dt.date, slot: int | None) -> dict[str, Any]:
    """The facts of a register, or of a cover."""
    return {"section_id": str(section_id), "date": day.isoformat(), "slot": slot}
