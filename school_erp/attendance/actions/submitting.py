"""A register that a device said to be complete: it is, if what stood on its screen still stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from school_erp.attendance.actions.registers import complete_register
from school_erp.attendance.errors import refusal
from school_erp.attendance.marking import Mark, Marker, Refusal
from school_erp.attendance.models import Register
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.queries.rulebook import rulebook_for
from school_erp.attendance.reading import counts_of, students_in
from school_erp.attendance.rules.dates import judged_on
from school_erp.attendance.vocabulary import Outcome, RegisterState
from school_erp.core.clock import now


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of it, with how the register stands and whoever else marked in it last."""

    outcome: Outcome
    counts: Mapping[str, int] = field(default_factory=dict)
    last: Mark | None = None
    error: Refusal | None = None


def submit_as_counted(
    register: Register, marker: Marker, counts: Mapping[str, int], said_at: dt.datetime
) -> Submitted:
    """The register is held; what is counted are the marks that stand in it now."""
    place = Place(register.school_id, register.date, register.slot)
    fault = _fault(register, place, marker, said_at)
    if fault:
        return Submitted(Outcome.REJECTED, error=refusal(fault))
    students = students_in(place, register.section_id)
    stands = counts_of(students)
    if register.state == RegisterState.SUBMITTED:
        return Submitted(Outcome.UNCHANGED, stands)
    if {status: number for status, number in counts.items() if number} != stands:
        others = [each.mark for each in students if each.mark and not _is_by(marker, each.mark)]
        last = max(others, key=lambda mark: mark.marked_at, default=None)
        return Submitted(Outcome.CONFLICT, stands, last)
    complete_register(register, marker, device_time=said_at)
    return Submitted(Outcome.CHANGED, stands)


def _fault(register: Register, place: Place, marker: Marker, said_at: dt.datetime) -> str | None:
    if register.state == RegisterState.LOCKED:
        return "register_locked"
    rules = rulebook_for(place)
    moment = judged_on(said_at, now(), rules.window.offline_grace_hours)
    today = moment.astimezone(ZoneInfo(rules.timezone)).date()
    fault = rules.fault_of(place.day, today, in_office=marker.in_office)
    return fault.value if fault else None


def _is_by(marker: Marker, mark: Mark) -> bool:
    return mark.marked_by == marker.person_id
