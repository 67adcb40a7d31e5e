from __future__ import annotations

from flask_babel import lazy_gettext as _

from school_erp.core.errors import Conflict


class InUse(Conflict):
    """Removing or changing this would take the ground from under something else."""

    code = "in_use"


class Overlap(Conflict):
    """Two things that cannot hold at the same time."""

    code = "overlap"
    message = _("This cannot be at the same time as something that is already there.")
