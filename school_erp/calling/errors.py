from __future__ import annotations

from flask_babel import lazy_gettext as _

from school_erp.core.errors import Conflict


class BeingCalled(Conflict):
    code = "being_called"
    message = _("Somebody else is just ringing this family.")


class NotAbsent(Conflict):
    code = "not_absent"
    message = _("This student is not marked absent today, so nobody needs to be rung.")
