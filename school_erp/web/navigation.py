"""The way through the product: each place with the permission that opens it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as _

from school_erp.absences.access import Permission as Absences
from school_erp.academics.access import Permission as Academics
from school_erp.accounts.access import Permission as Accounts
from school_erp.attendance.access import Permission as Attendance
from school_erp.calling.access import Permission as Calling
from school_erp.core.access import Actor, policy
from school_erp.escalation.access import Permission as Escalation
from school_erp.imports.access import Permission as Imports
from school_erp.live.access import Permission as Live
from school_erp.messages.access import Permission as Messages
from school_erp.people.access import Permission as People
from school_erp.schools.access import Permission as Schools


@dataclass(frozen=True, slots=True)
class Place:
    label: Any
    endpoint: str
    icon: str
    permission: StrEnum | None = None
    section: Any = ""
    also: tuple[str, ...] = ()

    def is_here(self) -> bool:
        return request.blueprint in {self.endpoint.partition(".")[0], *self.also}


PLACES = [
    Place(_("Home"), "home.start", "home"),
    Place(_("Registers"), "register_pages.index", "clipboard-check", Attendance.REGISTER_READ),
    Place(_("Live check-in"), "live_pages.index", "qrcode", Live.RUN, also=("start_live_pages",)),
    Place(_("Check in"), "check_in_pages.mine", "qrcode", Live.ATTEND),
    Place(
        _("Attendance"), "student_attendance_pages.mine", "clipboard-list", Attendance.FAMILY_READ
    ),
    Place(
        _("Absences"),
        "family_absence_pages.mine",
        "calendar-off",
        Absences.FAMILY,
        also=("absence_pages",),
    ),
    Place(
        _("Absences"),
        "absence_pages.index",
        "calendar-off",
        Absences.DECIDE,
        also=("phone_absence_pages",),
    ),
    Place(_("Calls"), "calling_pages.index", "phone", Calling.READ),
    Place(_("Messages"), "own_message_pages.mine", "mail", Messages.OWN),
    Place(
        _("Messages"),
        "message_pages.index",
        "mail",
        Messages.READ,
        also=("held_message_pages", "message_wording_pages"),
    ),
    Place(
        _("Timetable"),
        "timetable_pages.index",
        "calendar-week",
        Academics.TIMETABLE_READ,
        also=("lessons_pages",),
    ),
    Place(
        _("Classes"),
        "sections_pages.index",
        "school",
        Academics.SECTION_READ,
        also=("enrolments_pages", "courses_pages"),
    ),
    Place(
        _("Calendar"),
        "calendar_pages.index",
        "calendar",
        Academics.CALENDAR_READ,
        also=("special_days_pages", "sessions_pages", "periods_pages"),
    ),
    Place(_("Figures"), "figures_pages.index", "chart-bar", Attendance.FIGURES_READ),
    Place(_("Concerns"), "escalation_pages.index", "alert-triangle", Escalation.READ),
    Place(_("Covers"), "covers_pages.index", "replace", Academics.COVER_READ),
    Place(_("Staff"), "staff_pages.index", "user-check", Attendance.STAFF_MARK),
    Place(_("My attendance"), "own_attendance_pages.show", "clock", Attendance.STAFF_CHECK_IN),
    Place(_("People"), "people_pages.index", "users", People.DIRECTORY_READ),
    Place(
        _("Bulk marking"),
        "job_pages.index",
        "checks",
        Attendance.JOB_READ,
        also=("bulk_pages", "upload_pages"),
    ),
    Place(_("School"), "school_pages.show", "school", Schools.SCHOOL_READ, _("Setup")),
    Place(_("Imports"), "import_pages.index", "file-import", Imports.FILE_IMPORT, _("Setup")),
    Place(_("Accounts"), "account_pages.index", "lock", Accounts.ACCOUNT_MANAGE, _("Setup")),
    Place(_("API clients"), "client_pages.index", "key", Accounts.CLIENT_MANAGE, _("Setup")),
    Place(
        _("Attendance"),
        "attendance_settings_pages.show",
        "adjustments-horizontal",
        Attendance.SETTINGS_READ,
        _("Setup"),
        ("code_pages",),
    ),
    Place(_("Audit"), "audit_pages.index", "history", Attendance.AUDIT_READ, _("Setup")),
]


def navigation(actor: Actor | None) -> list[dict[str, Any]]:
    if actor is None:
        return []
    return [
        {
            "label": place.label,
            "url": url_for(place.endpoint),
            "icon": place.icon,
            "active": place.is_here(),
            "section": place.section,
        }
        for place in PLACES
        if place.permission is None or policy().allows(actor, place.permission)
    ]
