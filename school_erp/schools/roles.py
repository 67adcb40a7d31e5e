from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from school_erp.core.access import Actor


class Role(StrEnum):
    ADMIN = "admin"
    OFFICER = "officer"
    TEACHER = "teacher"
    STAFF = "staff"
    STUDENT = "student"
    GUARDIAN = "guardian"


OFFICE = (Role.ADMIN, Role.OFFICER)
EMPLOYED = (*OFFICE, Role.TEACHER, Role.STAFF)


def anyone_who_is(*roles: Role) -> Callable[[Actor], bool]:
    """The usual line of a policy table."""
    return lambda actor: actor.is_any(*roles)


def anyone(_: Actor) -> bool:
    return True
