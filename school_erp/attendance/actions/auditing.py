"""Noting a change. Marks note themselves, set-based, in `writing.py`."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from school_erp.attendance.marking import Marker
from school_erp.attendance.models import AuditEntry
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db


def note(  # noqa: PLR0913 - an entry has this many sides
    what: str,
    marker: Marker,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    reason: str = "",
    student_id: UUID | None = None,
    section_id: UUID | None = None,
    person_id: UUID | None = None,
    date: dt.date | None = None,
    slot: int | None = None,
    device_time: dt.datetime | None = None,
) -> None:
    db.session.add(
        AuditEntry(
            school_id=current_school_id(),
            what=what,
            student_id=student_id,
            section_id=section_id,
            person_id=person_id,
            date=date,
            slot=slot,
            before=before,
            after=after,
            reason=reason,
            actor_id=marker.person_id,
            actor_name=marker.name,
            actor_role=marker.role,
            source=int(marker.source),
            request_id=marker.request_id,
            address=marker.address,
            job_id=marker.job_id,
            device_time=device_time,
        )
    )
    db.session.flush()
