"""Submitting, reopening, locking and unlocking a register."""

from __future__ import annotations

import datetime as dt

from school_erp.attendance.actions.auditing import note
from school_erp.attendance.errors import REFUSALS, MarkingRefused, ReasonNeeded, RegisterLocked
from school_erp.attendance.events import (
    CLASS,
    REGISTER_LOCKED,
    REGISTER_REOPENED,
    REGISTER_SUBMITTED,
)
from school_erp.attendance.happenings import RegisterReopened
from school_erp.attendance.marking import Marker
from school_erp.attendance.models import Register
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.queries.rulebook import rulebook_for
from school_erp.attendance.vocabulary import RegisterState
from school_erp.core.clock import now, today_in
from school_erp.core.errors import Conflict
from school_erp.core.happenings import tell
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import STAFF

_ANNOUNCED_AS = {
    RegisterState.OPEN: REGISTER_REOPENED,
    RegisterState.SUBMITTED: REGISTER_SUBMITTED,
    RegisterState.LOCKED: REGISTER_LOCKED,
}


def submit_register(register: Register, marker: Marker) -> None:
    """Said to be complete, on a day that may be marked. Again is the same."""
    _refuse_locked(register)
    if register.state == RegisterState.SUBMITTED:
        return
    _refuse_day(register, marker)
    complete_register(register, marker)


def complete_register(
    register: Register, marker: Marker, *, device_time: dt.datetime | None = None
) -> None:
    register.taken_by = register.taken_by or marker.person_id
    register.taken_at = register.taken_at or now()
    _move(register, RegisterState.SUBMITTED, marker, device_time=device_time)


def reopen_register(register: Register, marker: Marker, reason: str) -> None:
    _refuse_locked(register)
    if register.state == RegisterState.OPEN:
        return
    if not reason:
        raise ReasonNeeded
    _refuse_day(register, marker)
    _move(register, RegisterState.OPEN, marker, reason)
    tell(RegisterReopened(register, marker))


def lock_register(register: Register, marker: Marker) -> None:
    if register.state != RegisterState.LOCKED:
        _move(register, RegisterState.LOCKED, marker)


def unlock_register(register: Register, marker: Marker, reason: str) -> None:
    if register.state != RegisterState.LOCKED:
        raise Conflict(code="not_locked")
    if not reason:
        raise ReasonNeeded
    _move(register, RegisterState.SUBMITTED, marker, reason)


def _refuse_locked(register: Register) -> None:
    if register.state == RegisterState.LOCKED:
        raise RegisterLocked


def _refuse_day(register: Register, marker: Marker) -> None:
    rules = rulebook_for(Place(register.school_id, register.date, register.slot))
    today = today_in(rules.timezone)
    fault = rules.fault_of(register.date, today, in_office=marker.in_office)
    if fault:
        raise MarkingRefused(REFUSALS[fault], code=fault.value)


def _move(
    register: Register,
    state: RegisterState,
    marker: Marker,
    reason: str = "",
    *,
    device_time: dt.datetime | None = None,
) -> None:
    before, register.state = register.state, state.value
    register.version += 1
    note(
        "register",
        marker,
        before={"state": before},
        after={"state": state.value},
        reason=reason,
        section_id=register.section_id,
        date=register.date,
        slot=register.slot,
        device_time=device_time,
    )
    announce(
        _ANNOUNCED_AS[state],
        [CLASS.of(register.section_id), STAFF.of(register.school_id)],
        {
            "section_id": str(register.section_id),
            "date": register.date.isoformat(),
            "slot": register.slot,
            "state": state.value,
            "version": register.version,
        },
    )
