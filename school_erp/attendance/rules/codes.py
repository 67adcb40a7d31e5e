"""Which code a status means, and who may use which."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from school_erp.attendance.rules.arrival import is_after_close
from school_erp.attendance.vocabulary import StatisticalClass, Status


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    label: str
    status: Status
    statistical_class: StatisticalClass
    roles: frozenset[str]
    allowed_in_advance: bool
    is_default: bool
    slot: int | None
    starts_on: dt.date
    ends_on: dt.date | None
    position: int = 1
    prefills: bool = True
    colour: str = "grey"

    def holds_on(self, day: dt.date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def is_for(self, role: str) -> bool:
        return role in self.roles


@dataclass(frozen=True, slots=True)
class CodeSet:
    """The codes of one school in effect on one day."""

    by_code: dict[str, Code]
    # how many minutes registers stay open
    closed_after: int | None = None

    @classmethod
    def on(cls, day: dt.date, codes: Iterable[Code], closed_after: int | None = None) -> CodeSet:
        return cls({code.code: code for code in codes if code.holds_on(day)}, closed_after)

    def named(self, code: str) -> Code | None:
        return self.by_code.get(code)

    def usual_for(self, status: Status, slot: int) -> Code | None:
        """The school's usual code for a status: the one made for this slot before any other."""
        fitting = [code for code in self.by_code.values() if code.status is status]
        fitting.sort(key=lambda code: (not code.is_default, code.slot != slot, code.position))
        return fitting[0] if fitting else None

    def in_slot(self, code: str, slot: int) -> str:
        """The same, said in this slot: what was made for another gives way to the usual one."""
        meant = self.named(code)
        if meant is None or meant.slot in (None, slot):
            return code
        usual = self.usual_for(meant.status, slot)
        return usual.code if usual else code

    def after_close(self, minutes: int, role: str) -> Code | None:
        """For who came when the register had closed, and so missed the session.

        Not every school has a code for that, nor is it everybody's to use.
        """
        if self.closed_after is None or not is_after_close(minutes, self.closed_after):
            return None
        fitting = [
            code
            for code in self.by_code.values()
            if code.status is Status.LATE
            and code.statistical_class is StatisticalClass.UNAUTHORISED
            and code.is_for(role)
        ]
        return min(fitting, key=lambda code: code.position, default=None)


def fault_of_code(
    code: Code | None, status: str | None, named: str | None, role: str, *, in_advance: bool
) -> str | None:
    """What stands against this code for what was said, by status, by name, or by both."""
    if code is None:
        return "unknown_code" if named else "no_code_for_status"
    if status and named and code.status.value != status:
        return "status_mismatch"
    if not code.is_for(role):
        return "code_not_yours"
    return "not_in_advance" if in_advance and not code.allowed_in_advance else None
