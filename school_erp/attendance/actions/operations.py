"""Marks that a device kept while it was out of reach: each an operation with an id of its own."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from school_erp.attendance.actions.marking import mark
from school_erp.attendance.actions.withdrawing import withdraw
from school_erp.attendance.marking import Answer, Marker, Marking, Record


@dataclass(frozen=True, slots=True)
class Operation:
    id: UUID
    date: dt.date
    slot: int
    record: Record
    reason: str = ""

    @property
    def takes_back(self) -> bool:
        return self.record.code == ""


class CarriedOut(NamedTuple):
    answer: Answer
    # which version of the register it is true of; of a class that is not known, none
    register_version: int | None


def carry_out(
    school_id: UUID, marker: Marker, operations: Sequence[Operation]
) -> dict[UUID, CarriedOut]:
    """What became of each, by its id: one marking for each register, whatever it holds."""
    answers: dict[UUID, CarriedOut] = {}
    for together in _by_register(operations):
        first = together[0]
        records = [each.record for each in together]
        marking = Marking(school_id, first.date, first.slot, records, marker, first.reason)
        done = (withdraw if first.takes_back else mark)(marking)
        version = done.registers.get(first.record.section_id)
        for each, answer in zip(together, done.answers, strict=True):
            answers[each.id] = CarriedOut(answer, version)
    return answers


def _by_register(operations: Sequence[Operation]) -> Iterator[list[Operation]]:
    """In one order, so that no two requests wait for each other's registers.

    What is said of a student again comes in a marking of its own, after what was said before.
    """
    said: Counter[tuple[dt.date, int, UUID]] = Counter()
    groups: dict[tuple[dt.date, int, UUID, int, str, bool], list[Operation]] = defaultdict(list)
    for each in operations:
        of_student = (each.date, each.slot, each.record.student_id)
        said[of_student] += 1
        turn = said[of_student]
        register = (each.date, each.slot, each.record.section_id)
        groups[*register, turn, each.reason, each.takes_back].append(each)
    return (groups[together] for together in sorted(groups))
