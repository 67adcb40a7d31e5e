from __future__ import annotations

from enum import StrEnum

from school_erp.schools.roles import EMPLOYED, Role, anyone_who_is


class Permission(StrEnum):
    SCHOOL_READ = "schools:school:read"
    SCHOOL_EDIT = "schools:school:edit"


POLICY = {
    Permission.SCHOOL_READ: anyone_who_is(*EMPLOYED),
    Permission.SCHOOL_EDIT: anyone_who_is(Role.ADMIN),
}
