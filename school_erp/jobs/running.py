"""A durable job from claim to end: chunk by chunk, each one transaction with its fence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, Protocol
from uuid import UUID

import structlog
from flask import current_app

from school_erp.core.errors import ApplicationError
from school_erp.core.tenancy import acting_for, without_waiting_for_the_disk
from school_erp.core.unit_of_work import unit_of_work
from school_erp.jobs import leases
from school_erp.jobs.leases import Claimed, Done, LeaseLost, Progress
from school_erp.jobs.progress import announce_finish, announce_progress

log = structlog.get_logger(__name__)


class Kind(Protocol):
    """What a feature says about one kind of job."""

    def chunks(self, job: Claimed) -> Sequence[Any]:
        """The parts in a fixed order: the same for every attempt."""

    def work(self, job: Claimed, part: Any) -> Done:
        """Do one part, and say what became of its records."""


def run_job(school_id: str | UUID, job_id: str | UUID) -> None:
    """What RQ calls."""
    school, job = UUID(str(school_id)), UUID(str(job_id))
    with acting_for(school):
        claimed = _claim(school, job)
        if claimed is not None:
            run_claimed(claimed)


def run_claimed(claimed: Claimed) -> None:
    """Also what the web process calls, for a small job that it claimed as it accepted it."""
    try:
        if claimed.deaths >= leases.DEATHS:
            _finish(claimed, "failed", Counter(claimed.counts), "interrupted")
            return
        _work_through(claimed)
    except LeaseLost:
        log.info("job_taken_over", job_id=str(claimed.lease.job_id))
    except Exception as fault:
        log.exception(
            "job_attempt_failed", job_id=str(claimed.lease.job_id), attempt=claimed.attempts
        )
        _give_up_or_back(claimed, fault)


def _claim(school: UUID, job: UUID) -> Claimed | None:
    # a claim that a power cut takes is made again, and what was done under it has gone as well
    with without_waiting_for_the_disk(), unit_of_work():
        return leases.claim(school, job)


def _work_through(job: Claimed) -> None:
    kind: Kind = current_app.extensions["job_kinds"][job.kind]
    parts = kind.chunks(job)
    counts = Counter(job.counts)
    cancelled = job.cancel_asked
    for number in range(job.chunks_done, len(parts)):
        if cancelled:
            break
        last = number == len(parts) - 1
        progress = _work_on(job, number, kind, parts[number], counts, last=last)
        cancelled = progress.cancel_asked and not last
    if cancelled or not parts[job.chunks_done :]:
        _finish(job, "cancelled" if cancelled else "done", counts)


def _work_on(
    job: Claimed, number: int, kind: Kind, part: Any, counts: Counter[str], *, last: bool
) -> Progress:
    """One transaction: the effects, what they were, the count, and with the last one the end."""
    # the last part's commit waits for the disk, and all before it are on the disk by then;
    # a power cut in between takes parts together with their count, so they are done again
    with nullcontext() if last else without_waiting_for_the_disk(), unit_of_work():
        done = kind.work(job, part)
        counts.update(done.counts)
        progress = leases.advance(job.lease, number, done, dict(counts), last=last)
        announce_progress(job, progress, counts)
        if last:
            announce_finish(job, "done", counts)
    return progress


def _finish(job: Claimed, state: str, counts: Counter[str], failure: str | None = None) -> None:
    with unit_of_work():
        leases.finish(job.lease, state, failure)
        announce_finish(job, state, counts)


def _give_up_or_back(job: Claimed, fault: Exception) -> None:
    """Three attempts; then it has failed for good, visibly, and waits for a person."""
    why = str(fault.message) if isinstance(fault, ApplicationError) else type(fault).__name__
    try:
        if job.attempts >= leases.ATTEMPTS:
            _finish(job, "failed", Counter(job.counts), why)
        else:
            with unit_of_work():
                leases.hand_back(job.lease, why)
    except LeaseLost:
        log.info("job_taken_over", job_id=str(job.lease.job_id))
