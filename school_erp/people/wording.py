from __future__ import annotations

from flask_babel import lazy_gettext as _

CHANNEL_NAMES = {
    "sms": _("SMS"),
    "email": _("Email"),
    "both": _("SMS and email"),
}
