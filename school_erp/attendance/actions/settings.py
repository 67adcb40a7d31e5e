"""Changing the rules a school marks by. They hold from the commit on, everywhere: none is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _

from school_erp.attendance.actions.auditing import note
from school_erp.attendance.actions.founding import found_attendance
from school_erp.attendance.errors import REFUSALS, AlreadySetUp, NotSetUp, SettingsChanged
from school_erp.attendance.events import SETTINGS_CHANGED
from school_erp.attendance.marking import Marker
from school_erp.attendance.models import AttendanceSettings
from school_erp.attendance.queries.codes import overlapping
from school_erp.attendance.queries.settings import settings_to_change, values_of
from school_erp.attendance.vocabulary import Mode
from school_erp.core.errors import Invalid, invalid
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import INSTITUTION
from school_erp.schools.queries import today_here

Check = Callable[[dict[str, Any]], bool]

# field, what is wrong, and the sentence
CHECKS: tuple[tuple[str, Check, Any], ...] = (
    (
        "office_backdate_days",
        lambda s: s["office_backdate_days"] < s["backdate_days"],
        _("The office must be able to go back at least as far as teachers."),
    ),
    (
        "closed_after_minutes",
        lambda s: s["closed_after_minutes"] < s["late_after_minutes"],
        _("A register cannot close before lateness begins."),
    ),
    (
        "afternoon_at",
        lambda s: s["daily_sessions"] == 2 and s["afternoon_at"] <= s["morning_at"],
        _("The afternoon must begin after the morning."),
    ),
    (
        "thresholds",
        lambda s: (
            not s["thresholds"]["severe"] < s["thresholds"]["line"] <= s["thresholds"]["early"]
        ),
        _("Severe must be below the line, and the line not above the early warning."),
    ),
)


def change_settings(marker: Marker, changes: dict[str, Any]) -> AttendanceSettings:
    """Change what differs, together and noted; saving the same again changes nothing."""
    reason, base = changes.pop("reason", ""), changes.pop("base_version", None)
    settings = settings_to_change(current_school_id())
    if settings is None:
        raise NotSetUp
    if base not in (None, settings.version):
        raise SettingsChanged
    before = values_of(settings)
    after = before | changes
    after["thresholds"] = before["thresholds"] | changes.get("thresholds", {})
    _refuse_contradictions(after)
    _refuse_unknown_code(after, before)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        _apply(settings, {name: after[name] for name in changed})
        _tell(marker, changed, before, after, reason)
    return settings


def set_up(
    marker: Marker, mode: str, pack: str, starts_on: dt.date, daily_sessions: int = 1
) -> AttendanceSettings:
    """The first choice of a school; made once."""
    school_id = current_school_id()
    if not found_attendance(school_id, Mode(mode), pack, starts_on, daily_sessions):
        raise AlreadySetUp
    settings = db.session.get_one(AttendanceSettings, school_id, populate_existing=True)
    chosen = {"attendance_mode": mode, "daily_sessions": daily_sessions, "pack": pack}
    note("settings", marker, before=None, after=chosen)
    announce(SETTINGS_CHANGED, [INSTITUTION.of(school_id)], {"changed": list(chosen)})
    return settings


def _refuse_contradictions(settings: dict[str, Any]) -> None:
    faults = {field: [sentence] for field, is_wrong, sentence in CHECKS if is_wrong(settings)}
    if faults:
        raise Invalid(fields=faults)


def _refuse_unknown_code(after: dict[str, Any], before: dict[str, Any]) -> None:
    code = after["session_end_code"]
    today = today_here()
    if code and code != before["session_end_code"] and not overlapping(code, today, today):
        raise invalid("session_end_code", REFUSALS["unknown_code"])


def _apply(settings: AttendanceSettings, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)
    settings.version += 1
    db.session.flush()


def _tell(
    marker: Marker, changed: list[str], before: dict[str, Any], after: dict[str, Any], reason: str
) -> None:
    note(
        "settings",
        marker,
        before={name: _plain(before[name]) for name in changed},
        after={name: _plain(after[name]) for name in changed},
        reason=reason,
    )
    announce(SETTINGS_CHANGED, [INSTITUTION.of(current_school_id())], {"changed": changed})


def _plain(value: Any) -> Any:
    return value.isoformat("minutes") if isinstance(value, dt.time) else value
