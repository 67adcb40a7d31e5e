"""Giving a school its first rules and codes."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert

from school_erp.attendance.happenings import AttendanceFounded
from school_erp.attendance.models import AttendanceCode, AttendanceSettings
from school_erp.attendance.packs import PACKS
from school_erp.attendance.vocabulary import Mode
from school_erp.core import happenings
from school_erp.core.ids import new_id
from school_erp.extensions import db


def found_attendance(
    school_id: UUID, mode: Mode, pack: str, starts_on: dt.date, daily_sessions: int = 1
) -> bool:
    """Settings by default and the codes of a pack; nothing where the school has settings."""
    settings = {
        "school_id": school_id,
        "attendance_mode": mode.value,
        "daily_sessions": daily_sessions,
    }
    founded = db.session.scalar(
        upsert(AttendanceSettings)
        .values(settings)
        .on_conflict_do_nothing()
        .returning(AttendanceSettings.school_id)
    )
    if founded is None:
        return False
    db.session.execute(insert(AttendanceCode), codes_of(school_id, pack, mode, starts_on))
    db.session.flush()
    happenings.tell(AttendanceFounded(school_id))
    return True


def codes_of(school_id: UUID, pack: str, mode: Mode, starts_on: dt.date) -> list[dict[str, Any]]:
    """Made for a morning or an afternoon only where a day has these, and not lessons."""
    of_any_slot = {"slot": None} if mode is Mode.PERIOD else {}
    return [
        {
            "school_id": school_id,
            "id": new_id(),
            "starts_on": starts_on,
            "position": position,
            **asdict(code),
            **of_any_slot,
            "roles": [role.value for role in code.roles],
        }
        for position, code in enumerate(PACKS[pack], start=1)
    ]
