from __future__ import annotations

from school_erp.attendance.actions.falling_due import announce_due
from school_erp.attendance.actions.reminding import tell_of_missing
from school_erp.attendance.actions.sealing import seal
from school_erp.attendance.queries.registers import open_due
from school_erp.core.clock import local_now
from school_erp.jobs.schedule import periodic
from school_erp.schools.rounds import Stop, visit_each_school


@periodic(seconds=60)
def open_registers_due() -> None:
    """By each school's own clock, so that a register nobody takes can be seen."""
    visit_each_school(_open_due_of)


@periodic(seconds=60)
def seal_audit_trails() -> None:
    visit_each_school(lambda stop: seal(stop.school_id))


def _open_due_of(stop: Stop) -> None:
    here = local_now(stop.timezone)
    open_due(stop.school_id, here.date(), here.time())
    announce_due(stop.school_id, here)
    tell_of_missing(stop.school_id, here)
