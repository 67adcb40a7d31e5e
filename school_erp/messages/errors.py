from __future__ import annotations

from flask_babel import lazy_gettext as _

from school_erp.core.errors import Conflict, Forbidden


class NotInDoubt(Conflict):
    code = "message_not_in_doubt"
    message = _("This message has moved on meanwhile. Look at it again.")


class ForgedCallback(Forbidden):
    code = "forged_callback"
    message = _("The provider's signature is missing or wrong.")


class HoldDecided(Conflict):
    code = "hold_decided"
    message = _("Somebody has decided this meanwhile. Look at it again.")


class WordsChanged(Conflict):
    code = "words_changed"
    message = _("Somebody changed this text meanwhile. Look at it again.")
