from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

RELATIONS: dict[str, Any] = {
    "mother": _("Mother"),
    "father": _("Father"),
    "parent": _("Parent"),
    "stepparent": _("Stepparent"),
    "grandparent": _("Grandparent"),
    "sibling": _("Brother or sister"),
    "relative": _("Other relative"),
    "foster_carer": _("Foster carer"),
    "guardian": _("Legal guardian"),
    "social_worker": _("Social worker"),
    "other": _("Other"),
}
