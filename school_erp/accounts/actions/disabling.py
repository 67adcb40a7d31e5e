from __future__ import annotations

from flask_babel import lazy_gettext as _

from school_erp.accounts.actions.opening import withdraw_links
from school_erp.accounts.actions.signing_in import end_sign_ins, forget_after_commit
from school_erp.accounts.models import Account
from school_erp.core.access import Actor
from school_erp.core.clock import now
from school_erp.core.errors import Conflict
from school_erp.extensions import db


def disable(actor: Actor, account: Account) -> None:
    """Shut a person out at once, wherever they are signed in."""
    if account.person_id == actor.person_id:
        raise Conflict(
            _("You cannot disable your own account. Another administrator can."),
            code="own_account",
        )
    if account.disabled_at is None:
        account.disabled_at = now()
        withdraw_links(account)
        end_sign_ins(account, "the account was disabled")


def enable(account: Account) -> None:
    """Let a person sign in again. What was ended stays ended."""
    account.disabled_at = None
    db.session.flush()
    forget_after_commit(account.school_id, account.person_id)
