"""Telling the staff that time made registers due or overdue, for nobody's doing announces it."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from school_erp.attendance.events import REGISTERS_DUE
from school_erp.attendance.queries.registers import slots_due
from school_erp.realtime.announcing import announce
from school_erp.realtime.replay import payloads_told
from school_erp.realtime.rooms import STAFF


def announce_due(school_id: UUID, here: dt.datetime) -> None:
    """Once for each slot and standing: what was told is known by the events that are kept."""
    staff, today = STAFF.of(school_id), here.date().isoformat()
    told = {
        (payload["slot"], payload["standing"])
        for payload in payloads_told(staff, REGISTERS_DUE)
        if payload["date"] == today
    }
    for slot in slots_due(school_id, here.date(), here.time()):
        if (slot.slot, slot.standing) not in told:
            payload = {
                "date": today,
                "slot": slot.slot,
                "standing": slot.standing.value,
                "registers": slot.registers,
            }
            announce(REGISTERS_DUE, [staff], payload)
