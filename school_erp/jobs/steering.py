"""What people do to a job that is there: stop it, let it go on after all, try it again."""

from __future__ import annotations

from school_erp.core.clock import now
from school_erp.jobs.errors import JobComplete, JobFinished, JobUnfinished
from school_erp.jobs.models import Job
from school_erp.jobs.queues import enqueue

RUN = "school_erp.jobs.running.run_job"


def hand_over(job: Job) -> None:
    """Let a worker have it, once it is stored."""
    enqueue("bulk", RUN, job.school_id, job.id)


def ask_to_stop(job: Job) -> None:
    """At once where nobody works on it, else after the part under way. What is done stays done."""
    _refuse_finished(job)
    job.cancel_asked = True
    if job.state == "queued":
        job.state, job.finished_at = "cancelled", now()


def let_go_on(job: Job) -> None:
    """Take the request to stop back, as long as it was not yet heard."""
    _refuse_finished(job)
    job.cancel_asked = False


def try_again(job: Job) -> None:
    """From where it stopped: the parts that were done are counted, and are not done twice."""
    if job.finished_at is None:
        raise JobUnfinished
    if job.state == "done":
        raise JobComplete
    job.state, job.failure, job.finished_at = "queued", None, None
    job.attempts, job.deaths, job.cancel_asked, job.run_after = 0, 0, False, now()
    hand_over(job)


def _refuse_finished(job: Job) -> None:
    if job.finished_at is not None:
        raise JobFinished
