from __future__ import annotations

from enum import StrEnum

from school_erp.attendance.access import marker_of
from school_erp.calling.actions.ringing import Caller
from school_erp.core.access import Actor
from school_erp.schools.roles import OFFICE, anyone_who_is


class Permission(StrEnum):
    READ = "calling:call:read"
    CALL = "calling:call:write"


# how families are reached is the office's
POLICY = {
    Permission.READ: anyone_who_is(*OFFICE),
    Permission.CALL: anyone_who_is(*OFFICE),
}


def caller_of(actor: Actor) -> Caller:
    return Caller(actor.id, marker_of(actor))
