"""`Prefer: wait=N`: how long a caller waits for a job, and doing small ones right here."""

from __future__ import annotations

import re
import time

from flask import request

from school_erp.extensions import db
from school_erp.jobs.models import Job

LONGEST = 10
SMALL = 200
_WAIT = re.compile(r"(?:^|[,;\s])wait=(\d{1,3})(?:$|[,;\s])")
_PAUSE = 0.05


def seconds_to_wait() -> int:
    """What the caller asked for, at most ten seconds."""
    asked = _WAIT.search(request.headers.get("Prefer", ""))
    return min(int(asked[1]), LONGEST) if asked else 0


def is_small(records: int) -> bool:
    return records <= SMALL


def wait_for(job: Job, seconds: int) -> Job:
    until = time.monotonic() + seconds
    job = fresh(job)
    while job.finished_at is None and time.monotonic() < until:
        db.session.rollback()
        time.sleep(_PAUSE)
        job = fresh(job)
    return job


def fresh(job: Job) -> Job:
    return db.session.get_one(Job, (job.school_id, job.id), populate_existing=True)
