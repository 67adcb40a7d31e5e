from __future__ import annotations

from typing import Any
from uuid import UUID

from school_erp.attendance.models import AttendanceSettings
from school_erp.attendance.rules.defaults import DEFAULTS
from school_erp.attendance.vocabulary import Mode
from school_erp.extensions import db


def settings_shown(school_id: UUID) -> dict[str, Any]:
    """The school's own, or what they would be, and whether it has chosen yet."""
    own = db.session.get(AttendanceSettings, school_id)
    if own is None:
        return {"founded": False, **DEFAULTS}
    return {"founded": True, **values_of(own)}


def mode_chosen(school_id: UUID) -> Mode | None:
    """Nothing where the school has not said yet how it takes attendance."""
    own = db.session.get(AttendanceSettings, school_id)
    return Mode(own.attendance_mode) if own else None


def settings_to_change(school_id: UUID) -> AttendanceSettings | None:
    """Held until the transaction ends, so that of two who save at once the second is told."""
    return db.session.get(
        AttendanceSettings, school_id, with_for_update=True, populate_existing=True
    )


def values_of(settings: AttendanceSettings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in DEFAULTS}
