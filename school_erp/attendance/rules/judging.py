"""May this record be stored, and as which mark? Everything it needs was looked up before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from school_erp.attendance.marking import Mark, Marker, Record
from school_erp.attendance.rules.codes import Code, CodeSet, fault_of_code
from school_erp.attendance.rules.dates import Window, judged_on
from school_erp.attendance.vocabulary import RegisterState, Status


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is true around one record."""

    day: dt.date
    slot: int
    received_at: dt.datetime
    to_local: Callable[[dt.datetime], dt.date]
    window: Window
    codes: CodeSet
    closed: bool
    in_session: bool
    section_known: bool
    slot_known: bool
    taught_by_marker: bool
    student_known: bool
    enrolled: bool
    register: RegisterState
    reason_given: bool
    marker: Marker
    # said of this student already: what stands here, and what earlier marks of the day suggest
    already_said: frozenset[str] = frozenset()


def moment_of(record: Record, around: Circumstances) -> dt.datetime:
    return judged_on(record.marked_at, around.received_at, around.window.offline_grace_hours)


def fault_of(record: Record, around: Circumstances) -> str | None:
    """The first thing that stands against it."""
    return next((fault for check in _CHECKS if (fault := check(record, around))), None)


def fault_of_withdrawal(record: Record, around: Circumstances) -> str | None:
    """What stands against taking a mark back: who, how long ago, and the register.

    Whatever became of the day, the code or the enrolment since, what should not be there may go.
    """
    checks = (_section, _window, _register)
    return next((fault for check in checks if (fault := check(record, around))), None)


def _section(_: Record, around: Circumstances) -> str | None:
    if not around.section_known:
        return "unknown_section"
    if not (around.marker.in_office or around.taught_by_marker):
        return "not_your_class"
    return None


def _window(record: Record, around: Circumstances) -> str | None:
    today = around.to_local(moment_of(record, around))
    fault = around.window.fault(around.day, today, in_office=around.marker.in_office)
    return fault.value if fault else None


def _date(record: Record, around: Circumstances) -> str | None:
    fault = _window(record, around)
    if fault:
        return fault
    if around.closed:
        return "closed_day"
    return None if around.in_session else "no_session"


def _register(_: Record, around: Circumstances) -> str | None:
    if around.register is RegisterState.LOCKED:
        return "register_locked"
    if around.register is RegisterState.SUBMITTED and not around.reason_given:
        return "reason_needed"
    return None


def _slot(_: Record, around: Circumstances) -> str | None:
    return None if around.slot_known else "unknown_slot"


def _student(_: Record, around: Circumstances) -> str | None:
    if not around.student_known:
        return "unknown_student"
    return None if around.enrolled else "not_enrolled"


def _code(record: Record, around: Circumstances) -> str | None:
    ahead = around.day > around.to_local(moment_of(record, around))
    code = code_for(record, around)
    role = around.marker.role
    if code is not None and code.code in around.already_said:
        code = replace(code, roles=code.roles | {role})
    return fault_of_code(code, record.status, record.code, role, in_advance=ahead)


def _minutes(record: Record, around: Circumstances) -> str | None:
    code = code_for(record, around)
    late = code is not None and code.status is Status.LATE
    return "not_late" if record.minutes_late and not late else None


_CHECKS: Sequence[Callable[[Record, Circumstances], str | None]] = (
    _section,
    _date,
    _slot,
    _student,
    _register,
    _code,
    _minutes,
)


def code_for(record: Record, around: Circumstances) -> Code | None:
    if record.code:
        return around.codes.named(record.code)
    return around.codes.usual_for(Status(record.status), around.slot) if record.status else None


def proposed_mark(record: Record, around: Circumstances, code: Code, version: int) -> Mark:
    if not record.code:
        code = around.codes.after_close(record.minutes_late or 0, around.marker.role) or code
    return Mark(
        status=code.status,
        code=code.code,
        minutes_late=record.minutes_late if code.status is Status.LATE else None,
        remarks=record.remarks,
        source=around.marker.source,
        version=version,
        section_id=record.section_id,
        marked_by=(record.said_by or around.marker).person_id,
        marked_at=moment_of(record, around),
        arrived_at=record.arrived_at,
    )
