from __future__ import annotations

from flask_babel import lazy_gettext as _

from school_erp.core.errors import Conflict


class HasHistory(Conflict):
    code = "has_history"
    message = _(
        "This person has a history here, so they cannot be deleted. Mark them as no longer "
        "at the school instead."
    )


class LastAdministrator(Conflict):
    code = "last_administrator"
    message = _(
        "The school would be left without an administrator. Give somebody else the role, "
        "without a last day, first."
    )


class OwnAdministration(Conflict):
    code = "own_administration"
    message = _(
        "You cannot take away your own access as an administrator. Ask another administrator."
    )
