"""What the trail keeps by its names of fields and values, in the words of the forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _

FIELDS: Mapping[str, Any] = {
    # settings
    "attendance_mode": _("Registers are taken"),
    "daily_sessions": _("Sessions a day"),
    "morning_at": _("The morning begins at"),
    "afternoon_at": _("The afternoon begins at"),
    "overdue_after_minutes": _("Overdue after, in minutes"),
    "register_reminder_minutes": _("Remind the teacher after, in minutes"),
    "register_alarm_minutes": _("Tell the office after, in minutes"),
    "backdate_days": _("Teachers, days back"),
    "office_backdate_days": _("Office, days back"),
    "allow_future_date": _("Days ahead may be marked"),
    "offline_grace_hours": _("Offline marks count as made for, in hours"),
    "late_after_minutes": _("Late after, in minutes"),
    "closed_after_minutes": _("Registers close after, in minutes"),
    "notification_on_absent": _("Tell guardians of an absence"),
    "message_hold_minutes": _("Wait before sending, in minutes"),
    "messages_from": _("Never before"),
    "message_each_lesson": _("Tell of each lesson missed"),
    "message_on_late": _("Tell of lateness"),
    "message_on_arrival": _("Tell when the child has come"),
    "message_budget": _("SMS paid for in a day, at most"),
    "quiet_from": _("Nothing is sent from"),
    "quiet_until": _("until"),
    "qr_step_seconds": _("The code changes every, in seconds"),
    "geofence_metres": _("Flag check-ins further away than, in metres"),
    "strict_fence": _("Refuse check-ins from further away"),
    "session_end_code": _("Whoever is missing when a session ends gets"),
    "staff_check_in_themselves": _("Staff check themselves in and out"),
    "staff_day_starts_at": _("Staff begin at"),
    "daily_rule": _("A day of lessons counts by"),
    "thresholds": _("Figures"),
    "early": _("Early warning below, in percent"),
    "line": _("Persistent absence below, in percent"),
    "severe": _("Severe absence below, in percent"),
    "least_sessions": _("Sessions before a figure counts"),
    # codes
    "code": _("Code"),
    "label": _("Meaning in words"),
    "status": _("The student is"),
    "statistical_class": _("Counts in the figures as"),
    "roles": _("Who may use it"),
    "is_default": _("The usual code for this status"),
    "allowed_in_advance": _("May be used for days ahead"),
    "prefills": _("Suggested again for the rest of the day"),
    "colour": _("Colour"),
    "position": _("Place in lists"),
    "slot": _("Only for session or period"),
    "starts_on": _("First day"),
    "ends_on": _("Last day"),
    # registers and absences
    "state": _("State"),
    "slots": _("Sessions"),
    "file": _("File"),
    # rules for absences that go on
    "kind": _("What is looked at"),
    "threshold": _("From how many"),
    "active": _("On"),
    # messages
    "channel": _("Way"),
    "language": _("Language"),
    "subject": _("Subject"),
    "text": _("Text"),
    "why_held": _("Why it was held"),
    "decision": _("Decision"),
    "absent": _("Absent"),
    # calls
    "outcome": _("What came of it"),
    "called_first": _("Rung about first"),
}
VALUES: Mapping[str, Mapping[str, Any]] = {
    "attendance_mode": {"DAILY": _("By day"), "PERIOD": _("In every lesson")},
    "daily_rule": {
        "first_lesson": _("the first lesson"),
        "minutes": _("the minutes attended"),
        "count": _("the number of lessons attended"),
        "best_in_window": _("the best mark of a window"),
    },
    "status": {
        "PRESENT": _("Present"),
        "ABSENT": _("Absent"),
        "LATE": _("Late"),
        "EXCUSED": _("Excused"),
    },
    "statistical_class": {
        "present": _("Present"),
        "approved_activity": _("Approved activity elsewhere"),
        "authorised": _("Authorised absence"),
        "unauthorised": _("Unauthorised absence"),
        "not_possible": _("Attendance not possible"),
        "not_counted": _("Not counted"),
    },
    "roles": {
        "admin": _("Administrators"),
        "officer": _("The attendance office"),
        "teacher": _("Teachers"),
    },
    "colour": {
        "green": _("Green"),
        "red": _("Red"),
        "amber": _("Amber"),
        "blue": _("Blue"),
        "teal": _("Teal"),
        "grey": _("Grey"),
    },
    "state": {
        "open": _("Open"),
        "submitted": _("Submitted"),
        "locked": _("Locked"),
        "pending": _("Waiting for the school"),
        "accepted": _("Accepted"),
        "refused": _("Not accepted"),
        "cancelled": _("Cancelled"),
    },
    "kind": {
        "consecutive_days": _("Days absent in a row"),
        "attendance_below": _("Attendance, in percent, at or below"),
        "unexplained_days": _("Days without an explanation"),
    },
    "why_held": {
        "class": _("More than half of a class"),
        "school": _("Far more than usual"),
        "default": _("A whole class by one stroke"),
    },
    "decision": {
        "released": _("Released"),
        "dropped": _("Dropped"),
        "lifted": _("Ended by itself"),
    },
    "outcome": {
        "aware": _("Knows of the absence"),
        "unaware": _("Did not know of it"),
        "left_message": _("Left a message"),
        "no_answer": _("No answer"),
        "wrong_number": _("Wrong number"),
    },
}
NOTHING = "\N{EN DASH}"


def told_field(name: str) -> str:
    return str(FIELDS.get(name, name))


def told_value(name: str, value: Any) -> str:
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Mapping):
        return ", ".join(
            f"{told_field(key)} {told_value(key, part)}" for key, part in value.items()
        )
    if isinstance(value, list):
        return ", ".join(told_value(name, part) for part in value)
    return _told_word(name, str(value))


def _told_word(name: str, value: str) -> str:
    if name in {"starts_on", "ends_on"}:
        return str(format_date(dt.date.fromisoformat(value)))
    return str(VALUES.get(name, {}).get(value, value))
