from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from school_erp.core.access import Actor


class Role(StrEnum):
    ADMIN = "admin"
    OFFICER = "officer"
    TEACHER = "teacher"
    STAFF = "staff"
    STUDENT = "student"
    GUARDIAN = "guardian"


ROLE_NAMES: dict[Role, Any] = {
    Role.ADMIN: _("Administrator"),
    Role.OFFICER: _("Attendance office"),
    Role.TEACHER: _("Teacher"),
    Role.STAFF: _("Staff"),
    Role.STUDENT: _("Student"),
    Role.GUARDIAN: _("Parent or carer"),
}

OFFICE = (Role.ADMIN, Role.OFFICER)
EMPLOYED = (*OFFICE, Role.TEACHER, Role.STAFF)


def anyone_who_is(*roles: Role) -> Callable[[Actor], bool]:
    """The usual line of a policy table."""
    return lambda actor: actor.is_any(*roles)


def anyone(_actor: Actor) -> bool:
    return True
