"""How far from the room, and how fast somebody would have had to travel."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

EARTH_METRES = 6_371_000.0
# a train is slower, and a phone that guesses its place is not that wrong
FASTEST_METRES_A_SECOND = 60.0
WORTH_A_LOOK_METRES = 2_000.0


@dataclass(frozen=True, slots=True)
class Location:
    latitude: float
    longitude: float
    accuracy: float = 0.0


@dataclass(frozen=True, slots=True)
class Fence:
    centre: Location
    metres: int
    strict: bool = False

    def leaves_out(self, location: Location) -> bool:
        """In favour of the student: as near as the phone's own doubt allows."""
        doubt = min(location.accuracy, float(self.metres))
        return distance(self.centre, location) - doubt > self.metres


def distance(one: Location, other: Location) -> float:
    """In metres, over a round earth."""
    north_one, north_other = math.radians(one.latitude), math.radians(other.latitude)
    up = math.sin((north_other - north_one) / 2)
    along = math.sin(math.radians(other.longitude - one.longitude) / 2)
    part = up * up + math.cos(north_one) * math.cos(north_other) * along * along
    return 2 * EARTH_METRES * math.asin(math.sqrt(min(1.0, part)))


def is_too_fast(before: Location, then: dt.datetime, here: Location, moment: dt.datetime) -> bool:
    metres = distance(before, here) - before.accuracy - here.accuracy
    seconds = max(1.0, abs((moment - then).total_seconds()))
    return metres > WORTH_A_LOOK_METRES and metres / seconds > FASTEST_METRES_A_SECOND
