"""What became of marks of staff, as the API and a job's record tell it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from school_erp.attendance.staff import StaffAnswer, StaffMark


def answered(answer: StaffAnswer) -> dict[str, Any]:
    said: dict[str, Any] = {
        "person_id": str(answer.person_id),
        "outcome": answer.outcome.value,
        "mark": shown(answer.mark),
    }
    if answer.error:
        said["error"] = asdict(answer.error)
    return said


def shown(mark: StaffMark | None) -> dict[str, Any] | None:
    if mark is None:
        return None
    return {
        "status": mark.status.value,
        "code": mark.code,
        "checked_in_at": moment(mark.checked_in_at),
        "checked_out_at": moment(mark.checked_out_at),
        "remarks": mark.remarks,
        "source": mark.source.name,
        "version": mark.version,
        "marked_by": str(mark.marked_by) if mark.marked_by else None,
        "marked_at": moment(mark.marked_at),
    }


def moment(at: dt.datetime | None) -> str | None:
    return at.astimezone(dt.UTC).isoformat() if at else None
