from __future__ import annotations

from enum import StrEnum

from school_erp.schools.roles import Role, anyone, anyone_who_is


class Permission(StrEnum):
    OWN_SIGN_IN = "accounts:sign_in:own"
    ACCOUNT_MANAGE = "accounts:account:manage"
    CLIENT_MANAGE = "accounts:client:manage"


POLICY = {
    Permission.OWN_SIGN_IN: anyone,
    Permission.ACCOUNT_MANAGE: anyone_who_is(Role.ADMIN),
    Permission.CLIENT_MANAGE: anyone_who_is(Role.ADMIN),
}
