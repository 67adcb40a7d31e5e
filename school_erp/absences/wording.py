"""Requests in words, for pages and for the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from school_erp.absences.models import AbsenceRequest
from school_erp.absences.vocabulary import Reason, State, Through

REASONS: dict[str, Any] = {
    Reason.ILLNESS: lazy("Illness"),
    Reason.APPOINTMENT: lazy("Doctor or other appointment"),
    Reason.FAMILY: lazy("Family reasons"),
    Reason.RELIGION: lazy("Religious day"),
    Reason.ACTIVITY: lazy("Sport, music or other activity"),
    Reason.TRAVEL: lazy("Holiday or travel"),
    Reason.OTHER: lazy("Something else"),
}
STATES: dict[str, Any] = {
    State.PENDING: lazy("Waiting for the school"),
    State.ACCEPTED: lazy("Accepted"),
    State.REFUSED: lazy("Not accepted"),
    State.CANCELLED: lazy("Cancelled"),
}
THROUGH: dict[str, Any] = {
    Through.PAGE: lazy("on these pages"),
    Through.OFFICE: lazy("by phone or at the office"),
    Through.LINK: lazy("by the link in a message"),
}
FAULTS: dict[str, tuple[str, Any]] = {
    "order": ("ends_on", lazy("The last day comes before the first.")),
    "too_long": ("ends_on", lazy("That is longer than sixty days. Please ring the office.")),
    "too_far_ahead": ("starts_on", lazy("That is more than a year ahead.")),
    "too_far_back": ("starts_on", lazy("That is too long ago. Please ring the office.")),
}


def told_days(absence: AbsenceRequest) -> str:
    first = format_date(absence.starts_on, "EEE d MMM yyyy")
    if absence.starts_on == absence.ends_on:
        return str(first)
    last = format_date(absence.ends_on, "EEE d MMM yyyy")
    return str(_("%(first)s to %(last)s", first=first, last=last))


def told_slots(absence: AbsenceRequest, names: Mapping[int, str]) -> str:
    if not absence.slots:
        return str(_("Whole day") if absence.starts_on == absence.ends_on else _("Whole days"))
    told = (names.get(slot) or str(_("Period %(slot)s", slot=slot)) for slot in absence.slots)
    return str(_(", ")).join(told)
