"""What people who wait for a job are told, once what it did is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from school_erp.core.happenings import tell
from school_erp.jobs.events import JOB, JOB_FINISHED, JOB_PROGRESS
from school_erp.jobs.happenings import JobEnded
from school_erp.jobs.leases import Claimed, Progress
from school_erp.realtime.announcing import announce
from school_erp.realtime.declaring import EventType
from school_erp.realtime.rooms import USER


def announce_progress(job: Claimed, progress: Progress, counts: Mapping[str, int]) -> None:
    _tell(
        job,
        JOB_PROGRESS,
        {
            "state": "running",
            "total": progress.total,
            "done": progress.done,
            "percent": percent(progress.done, progress.total),
            "counts": dict(counts),
        },
    )


def announce_finish(job: Claimed, state: str, counts: Mapping[str, int]) -> None:
    _tell(job, JOB_FINISHED, {"state": state, "total": job.total, "counts": dict(counts)})
    tell(JobEnded(job, state, dict(counts)))


def percent(done: int, total: int) -> int:
    return 100 if total == 0 else done * 100 // total


def _tell(job: Claimed, event: EventType, payload: dict[str, Any]) -> None:
    rooms = [JOB.of(job.lease.job_id)]
    if job.requested_by:
        rooms.append(USER.of(job.requested_by))
    announce(event, rooms, {"job_id": str(job.lease.job_id), **payload})
