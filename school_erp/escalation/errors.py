from __future__ import annotations

from flask_babel import lazy_gettext as _

from school_erp.core.errors import Conflict


class RuleExists(Conflict):
    code = "rule_exists"
    message = _("There is such a rule already. Change that one.")
