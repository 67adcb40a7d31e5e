from __future__ import annotations

from enum import StrEnum

from school_erp.schools.roles import Role, anyone_who_is


class Permission(StrEnum):
    FILE_IMPORT = "imports:file:import"


POLICY = {Permission.FILE_IMPORT: anyone_who_is(Role.ADMIN)}
