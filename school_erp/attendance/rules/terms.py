"""Which days figures are of where nobody says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


class Session(Protocol):
    """A school year, or a term of one."""

    @property
    def id(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def starts_on(self) -> dt.date: ...
    @property
    def ends_on(self) -> dt.date: ...


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from the first to the last, both included."""

    first: dt.date
    last: dt.date

    def until(self, day: dt.date) -> Stretch:
        """Its days up to that one; at least its first."""
        return Stretch(self.first, max(self.first, min(self.last, day)))


def usual_stretch(sessions: Iterable[Session], today: dt.date) -> Stretch:
    """The term today lies in; between terms the year; after it, whatever ended last."""
    begun = [each for each in sessions if each.starts_on <= today]
    latest = max(
        begun,
        key=lambda each: (min(each.ends_on, today), each.kind == "term", each.starts_on),
        default=None,
    )
    return Stretch(latest.starts_on, latest.ends_on) if latest else Stretch(today, today)
