"""Finds durable jobs that nobody works on: Redis was away, a worker died, or a pause is over."""

from __future__ import annotations

from uuid import UUID

import structlog
from flask import current_app
from redis import Redis
from sqlalchemy import text

from school_erp.extensions import db
from school_erp.jobs.queues import enqueue
from school_erp.jobs.running import run_job
from school_erp.jobs.schedule import periodic

log = structlog.get_logger(__name__)

MOST_PER_SCHOOL = 100
QUEUED_AGAIN = "school_erp.jobs.sweeping.run_found"
# Lives where the queue lives, so that whatever loses the one loses the other. Whoever dies between
# taking a job off the queue and claiming it leaves this behind, so it may not last long.
MARK_SECONDS = 20

_due = text("SELECT school_id, id FROM jobs_due(:most)")


@periodic(seconds=2)
def sweep() -> int:
    """Queue each of them, unless an earlier sweep did and no worker has come to it yet."""
    redis: Redis = current_app.extensions["redis"]
    found = 0
    for school_id, job_id in db.session.execute(_due, {"most": MOST_PER_SCHOOL}).all():
        if redis.set(_mark(job_id), "1", nx=True, ex=MARK_SECONDS):
            enqueue("bulk", QUEUED_AGAIN, school_id, job_id)
            found += 1
    if found:
        log.info("jobs_found", count=found)
    return found


def run_found(school_id: str, job_id: str) -> None:
    current_app.extensions["redis"].delete(_mark(job_id))
    run_job(school_id, job_id)


def _mark(job_id: UUID | str) -> str:
    return f"erp:job:{job_id}:queued_again"
