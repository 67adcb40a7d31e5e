from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MessagesHeld:
    """Messages wait for a person, for a reason that is in the row of the hold."""

    hold_id: UUID
    date: dt.date
    slot: int
    section_id: UUID | None


@dataclass(frozen=True, slots=True)
class HoldEnded:
    """Somebody decided, or there is nothing left to decide."""

    hold_id: UUID
