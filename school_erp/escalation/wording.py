"""Rules and what they told, in words, for pages and for the bell."""

from __future__ import annotations

from typing import Any

from flask_babel import format_decimal, lazy_gettext, ngettext
from flask_babel import gettext as _

from school_erp.escalation.vocabulary import Kind

KINDS: dict[str, Any] = {
    Kind.CONSECUTIVE_DAYS: lazy_gettext("Days absent in a row"),
    Kind.ATTENDANCE_BELOW: lazy_gettext("Attendance, in percent, at or below"),
    Kind.UNEXPLAINED_DAYS: lazy_gettext("Days without an explanation"),
}


def told_rule(kind: str, threshold: int) -> str:
    if kind == Kind.ATTENDANCE_BELOW:
        return str(_("Attendance at or below %(num)s%%", num=threshold))
    if kind == Kind.CONSECUTIVE_DAYS:
        return str(
            ngettext("Absent for %(num)s day", "Absent for %(num)s days in a row", threshold)
        )
    return str(
        ngettext("Not explained after %(num)s day", "Not explained after %(num)s days", threshold)
    )


def told_figure(kind: str, figure: Any) -> str:
    if kind == Kind.ATTENDANCE_BELOW:
        return str(_("%(num)s%% attendance", num=format_decimal(figure)))
    days = int(float(figure))
    return str(ngettext("%(num)s day", "%(num)s days", days))
