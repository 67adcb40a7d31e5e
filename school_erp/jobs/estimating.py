from __future__ import annotations

import datetime as dt

from school_erp.jobs.models import Job


def expected_end(job: Job, at: dt.datetime) -> dt.datetime | None:
    """By the pace so far; nobody knows before the first part is done."""
    if job.state != "running" or job.started_at is None or not job.done:
        return None
    return at + (at - job.started_at) * (job.total - job.done) / job.done
