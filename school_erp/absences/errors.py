from __future__ import annotations

from flask_babel import lazy_gettext as _

from school_erp.core.errors import Conflict, NotFound


class AlreadyDecided(Conflict):
    code = "already_decided"
    message = _("This was decided or cancelled meanwhile. Look at it again.")


class AlreadyTold(Conflict):
    code = "already_told"
    message = _("The school has been told of this absence already.")


class MarksDependOnIt(Conflict):
    code = "ask_the_office"
    message = _("The school has used this already. Please ask the office to take it back.")


class LinkOver(NotFound):
    """Nothing of whom it was about is told by a link that no longer holds."""

    code = "link_over"
    message = _("This link is no longer valid. Please ring the school's office.")


class LinkAnswered(Conflict):
    code = "link_answered"
    message = _("Thank you: this was answered already. To add something, ring the school's office.")
