from __future__ import annotations

from flask_babel import lazy_gettext as _

from school_erp.core.errors import Invalid, NotFound, TooMany


class TooManySockets(TooMany):
    code = "too_many_sockets"
    message = _("There are too many open connections. Please close some pages.")


class TooManyMessages(TooMany):
    code = "too_many_messages"
    message = _("That was too much at once. The connection is closed; please come back slowly.")


class TooManyRooms(Invalid):
    code = "too_many_rooms"
    message = _("You listen to too many rooms at once. Please leave some.")


class TooSlow(TooMany):
    code = "too_slow"
    message = _("The connection is too slow for what there is to tell, and is closed.")


class UnknownMessage(NotFound):
    code = "unknown_message"
    message = _("We do not know this message.")
