"""Requests in words, for pages and for the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _

from school_erp.absences.models import AbsenceRequest
from school_erp.absences.vocabulary import Reason, State, Through

REASONS: dict[str, Any] = {
    Reason.ILLNESS: _("Illness"),
    Reason.APPOINTMENT: _("Doctor or other appointment"),
    Reason.FAMILY: _("Family reasons"),
    Reason.RELIGION: _("Religious day"),
    Reason.ACTIVITY: _("Sport, music or other activity"),
    Reason.TRAVEL: _("Holiday or travel"),
    Reason.OTHER: _("Something else"),
}
STATES: dict[str, Any] = {
    State.PENDING: _("Waiting for the school"),
    State.ACCEPTED: _("Accepted"),
    State.REFUSED: _("Not accepted"),
    State.CANCELLED: _("Cancelled"),
}
THROUGH: dict[str, Any] = {
    Through.PAGE: _("on these pages"),
    Through.OFFICE: _("by phone or at the office"),
    Through.LINK: _("by the link in a message"),
}
FAULTS: dict[str, tuple[str, Any]] = {
    "order": ("ends_on", _("The last day comes before the first.")),
    "too_long": ("ends_on", _("That is longer than sixty days. Please ring the office.")),
    "too_far_ahead": ("starts_on", _("That is more than a year ahead.")),
    "too_far_back": ("starts_on", _("That is too long ago. Please ring the office.")),
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
