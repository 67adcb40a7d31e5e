from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from school_erp.attendance.access import Permission, job_for, section_with_figures_for
from school_erp.attendance.events import CLASS
from school_erp.core.access import Actor, may
from school_erp.core.errors import Forbidden
from school_erp.jobs.events import JOB
from school_erp.realtime.rooms import Admission, RoomKind


def into_class(actor: Actor, section_id: UUID) -> None:
    """The marks of a whole class: for the office, and for who teaches or covers it today."""
    if not may(Permission.REGISTER_READ, actor):
        raise Forbidden
    section_with_figures_for(actor, section_id)


def into_job(actor: Actor, job_id: UUID) -> None:
    if not may(Permission.JOB_READ, actor):
        raise Forbidden
    job_for(actor, job_id)


ADMISSIONS: Mapping[RoomKind, Admission] = {CLASS: into_class, JOB: into_job}
