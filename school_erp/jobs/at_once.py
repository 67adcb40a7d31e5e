"""A small job done where it was asked for, in the transaction that stores it.

It is stored as done or not at all, so no lease is needed, and nobody ever sees it under way.
"""

from __future__ import annotations

from school_erp.core.clock import now
from school_erp.jobs.leases import Claimed, Done, Lease
from school_erp.jobs.models import Job
from school_erp.jobs.progress import announce_finish
from school_erp.jobs.storing import store_as_done


def store_done(job: Job, done: Done) -> Job:
    """With what became of each record, for lists of jobs, their errors, and undoing."""
    job.state, job.done, job.counts = "done", job.total, dict(done.counts)
    job.attempts = job.fence = job.chunks_done = 1
    job.cancel_asked = False
    job.created_at = job.started_at = job.finished_at = now()
    store_as_done(job, done)
    announce_finish(_as_claimed(job), "done", done.counts)
    return job


def _as_claimed(job: Job) -> Claimed:
    return Claimed(
        lease=Lease(job.school_id, job.id, job.fence),
        kind=job.kind,
        payload=job.payload,
        attempts=job.attempts,
        deaths=0,
        total=job.total,
        done=job.done,
        chunks_done=job.chunks_done,
        cancel_asked=False,
        requested_by=job.requested_by,
        undoes=None,
        counts=job.counts,
        is_awaited=True,
    )
