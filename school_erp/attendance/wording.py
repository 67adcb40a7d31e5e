"""Figures in words."""

from __future__ import annotations

from fractions import Fraction

from flask_babel import format_percent, get_locale, ngettext
from flask_babel import gettext as _

from school_erp.attendance.rules.figures import Lines, Standing, percent


def told_percent(share: Fraction | None) -> str:
    """Rounded as everywhere; a dash where nothing was possible."""
    shown = percent(share)
    if shown is None:
        return "\N{EN DASH}"
    whole = get_locale().percent_formats[None].pattern
    return str(format_percent(shown / 100, whole.replace("#0", "#0.0")))


def told_standing(standing: Standing, lines: Lines) -> str:
    """A line is crossed where it is reached, so it is told as “or less”."""
    told = {
        Standing.GOOD: _("Above %(line)s%%: good.", line=lines.early),
        Standing.EARLY: _("%(line)s%% or less: worth a look.", line=lines.early),
        Standing.PERSISTENT: _("Persistent absence: %(line)s%% or less.", line=lines.line),
        Standing.SEVERE: _("Severe absence: %(line)s%% or less.", line=lines.severe),
        Standing.TOO_FEW: ngettext(
            "Judged from %(num)s session on.",
            "Judged from %(num)s sessions on.",
            lines.least_sessions,
        ),
    }
    return str(told[standing])
