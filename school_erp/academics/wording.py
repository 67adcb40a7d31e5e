"""The kinds that are stored as words, in the reader's own."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

DAY_KINDS: dict[str, Any] = {
    "school_day": _("School day"),
    "half_day": _("Half day"),
    "changed_timing": _("Changed times"),
    "closure": _("Closed"),
    "outside_term": _("Holidays"),
    "not_a_weekday": _("No school on this weekday"),
}
SECTION_KINDS: dict[str, Any] = {
    "homeroom": _("Homeroom"),
    "scheduled": _("Taught at set times"),
}
SESSION_KINDS: dict[str, Any] = {"year": _("School year"), "term": _("Term")}
WEEKS: dict[str, Any] = {"every": _("Every week"), "a": _("A weeks"), "b": _("B weeks")}
WEEKDAYS: dict[int, Any] = {
    1: _("Monday"),
    2: _("Tuesday"),
    3: _("Wednesday"),
    4: _("Thursday"),
    5: _("Friday"),
    6: _("Saturday"),
    7: _("Sunday"),
}
