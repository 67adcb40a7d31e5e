"""Which codes a page puts before somebody, and why a day may not be marked at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from school_erp.attendance.rules.codes import Code, CodeSet
from school_erp.attendance.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Offer:
    """The usual code of each status as a button, the rest in a list."""

    usual: Sequence[Code]
    others: Sequence[Code]

    @property
    def present(self) -> Code | None:
        return next((code for code in self.usual if code.status is Status.PRESENT), None)

    def has(self, code: str) -> bool:
        return any(each.code == code for each in (*self.usual, *self.others))

    def is_usual(self, code: str) -> bool:
        return any(each.code == code for each in self.usual)


def offer_to(role: str, codes: CodeSet, slot: int, *, in_advance: bool) -> Offer:
    """A code made for one slot is offered in that slot alone, but where it is the usual one."""
    allowed = [
        code
        for code in codes.by_code.values()
        if code.is_for(role) and (code.allowed_in_advance or not in_advance)
    ]
    usual = [code for status in Status if (code := codes.usual_for(status, slot)) in allowed]
    others = [code for code in allowed if code not in usual and code.slot in (None, slot)]
    return Offer(usual, sorted(others, key=lambda code: code.position))
