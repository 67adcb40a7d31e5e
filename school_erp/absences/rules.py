"""Which days somebody may speak of, which code a reason means, and what a request may change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from school_erp.absences.vocabulary import OPEN, Reason, State
from school_erp.attendance.rules.codes import Code, CodeSet
from school_erp.attendance.vocabulary import Outcome, Status

LONGEST_DAYS = 60
FAMILY_BACK_DAYS = 30
FURTHEST_AHEAD_DAYS = 366

# the letters that schools use for a reason, most fitting first; any school may name others
_USUAL = {
    Reason.ILLNESS: ("I",),
    Reason.APPOINTMENT: ("M", "I"),
    Reason.RELIGION: ("R",),
    Reason.TRAVEL: ("G",),
}
_AWAY = frozenset({Status.ABSENT, Status.EXCUSED})
# what marking did, where a mark is now as the request would have it
DONE = frozenset({Outcome.CREATED, Outcome.CHANGED})


class Asked(Protocol):
    @property
    def starts_on(self) -> dt.date: ...
    @property
    def ends_on(self) -> dt.date: ...
    @property
    def slots(self) -> Sequence[int]: ...


class Request(Asked, Protocol):
    @property
    def state(self) -> str: ...


def fault_of_days(
    starts_on: dt.date, ends_on: dt.date, today: dt.date, *, in_office: bool
) -> str | None:
    """How far back the office may go is decided mark by mark."""
    if ends_on < starts_on:
        return "order"
    if (ends_on - starts_on).days >= LONGEST_DAYS:
        return "too_long"
    if (starts_on - today).days > FURTHEST_AHEAD_DAYS:
        return "too_far_ahead"
    if not in_office and (today - starts_on).days > FAMILY_BACK_DAYS:
        return "too_far_back"
    return None


def covers(known: Request, asked: Asked) -> bool:
    """Whether this one says already all that is asked."""
    days = known.starts_on <= asked.starts_on and asked.ends_on <= known.ends_on
    slots = not known.slots or (asked.slots and set(asked.slots) <= set(known.slots))
    return known.state in OPEN and days and bool(slots)


def usual_code(reason: Reason, codes: CodeSet, role: str) -> Code | None:
    """What a reason usually means: its own letter where the school has it, else plain leave."""
    for letter in _USUAL.get(reason, ()):
        code = codes.named(letter)
        if code and code.status in _AWAY and code.is_for(role):
            return code
    return codes.usual_for(Status.EXCUSED, 0)


def codes_to_choose(codes: CodeSet, role: str) -> list[Code]:
    """Those that say of somebody that they are rightly elsewhere, or away."""
    fitting = [code for code in codes.by_code.values() if code.is_for(role) and _fits(code)]
    return sorted(fitting, key=lambda code: (code.status is not Status.EXCUSED, code.position))


def _fits(code: Code) -> bool:
    return code.status in _AWAY or code.statistical_class == "approved_activity"


def turns(standing: Status) -> bool:
    """An explanation never makes somebody absent who was seen to be there."""
    return standing in _AWAY


def family_may_cancel(request: Request, today: dt.date, *, changed_marks: bool) -> bool:
    """Before it begins; what registers already say is the office's to take back."""
    if request.state == State.PENDING:
        return True
    return request.state == State.ACCEPTED and request.starts_on > today and not changed_marks
