"""How often a member of staff was there, and for how long, from the same tally as students'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from school_erp.attendance.rules.figures import Tally, percent
from school_erp.attendance.vocabulary import StatisticalClass, Status


@dataclass(frozen=True, slots=True)
class LikeDays:
    """Days with one status that count alike, and the seconds between coming and going."""

    status: Status
    counts_as: StatisticalClass
    days: int
    seconds: int


@dataclass(frozen=True, slots=True)
class StaffFigures:
    days: int
    by_status: Mapping[Status, int]
    tally: Tally
    seconds: int

    @property
    def present(self) -> int:
        return self.by_status.get(Status.PRESENT, 0)

    @property
    def late(self) -> int:
        return self.by_status.get(Status.LATE, 0)

    @property
    def absent(self) -> int:
        return self.by_status.get(Status.ABSENT, 0)

    @property
    def excused(self) -> int:
        return self.by_status.get(Status.EXCUSED, 0)

    @property
    def percentage(self) -> Decimal | None:
        return percent(self.tally.attendance)

    @property
    def hours(self) -> Decimal:
        """To a hundredth, halves upwards."""
        return (Decimal(self.seconds) / 3600).quantize(Decimal("0.01"), ROUND_HALF_UP)


def figures_of(groups: Iterable[LikeDays]) -> StaffFigures:
    by_status: Counter[Status] = Counter()
    tally, seconds = Tally(), 0
    for each in groups:
        by_status[each.status] += each.days
        tally += Tally(**{each.counts_as.value: each.days})
        seconds += each.seconds
    return StaffFigures(by_status.total(), by_status, tally, seconds)
