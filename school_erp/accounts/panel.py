"""The account of somebody, on their page."""

from __future__ import annotations

from school_erp.accounts.access import Permission
from school_erp.accounts.queries import AccountHolder, account_holder
from school_erp.core.access import Actor, may
from school_erp.people.models import Person
from school_erp.people.panels import Panel


def account_to_manage(actor: Actor, person: Person) -> AccountHolder | None:
    return account_holder(person) if may(Permission.ACCOUNT_MANAGE, actor) else None


PANEL = Panel("accounts/panel.html", account_to_manage)
