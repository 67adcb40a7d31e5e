"""How a job is answered with: as accepted, or with its results where the caller waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response, url_for

from school_erp.attendance.actions.answering import full_counts
from school_erp.attendance.actions.bulk import mark_at_once
from school_erp.attendance.api.waiting import fresh, is_small, seconds_to_wait, wait_for
from school_erp.attendance.job_schemas import JobShape
from school_erp.attendance.marking import Marking
from school_erp.attendance.queries.jobs import records_of, undone_by
from school_erp.core.clock import now
from school_erp.core.idempotency import answer_meanwhile
from school_erp.core.unit_of_work import unit_of_work
from school_erp.jobs.estimating import expected_end
from school_erp.jobs.leases import claim
from school_erp.jobs.models import Job
from school_erp.jobs.progress import percent
from school_erp.jobs.running import run_claimed
from school_erp.jobs.steering import hand_over

_AS_THEY_ARE = (
    *("id", "kind", "state", "total", "done", "requested_by", "failure", "attempts"),
    *("cancel_asked", "undoes", "created_at", "started_at", "finished_at"),
)


def answer_with(job: Job) -> Response:
    seconds = seconds_to_wait()
    if not seconds:
        hand_over(job)
        return accepted(job)
    job = waited(job, seconds)
    return accepted(job) if job.finished_at is None else make_response(jsonify(told(job)), 200)


def told_at_once(marking: Marking) -> dict[str, Any]:
    """What became of a class, for a caller who waits: it is marked right here."""
    job, records = mark_at_once(marking)
    return _shaped(line(job, {}) | {"records": records})


def accepted(job: Job) -> Response:
    answer = _told_accepted(job)
    response = make_response(jsonify(answer), 202)
    response.headers["Location"] = answer["status_url"]
    return response


def waited(job: Job, seconds: int) -> Job:
    """The job is stored first, so that it goes on whatever happens to the one who waits.

    A small one is done right here, under the same lease as by any worker.
    """
    with unit_of_work():
        answer_meanwhile(accepted(job))
        claimed = claim(job.school_id, job.id) if is_small(job.total) else None
        if claimed is None:
            hand_over(job)
    if claimed is None:
        return wait_for(job, seconds)
    run_claimed(replace(claimed, is_awaited=True))
    return fresh(job)


def told(job: Job) -> dict[str, Any]:
    """What became of it; or where to hear of it, if it is still under way."""
    if job.finished_at is None:
        return _told_accepted(job)
    return _shaped(shown(job))


def _shaped(said: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = _job_shape().dump(said)
    return answer


@cache
def _job_shape() -> JobShape:
    """Made once: making it takes longer than all that it does here."""
    return JobShape()


def _told_accepted(job: Job) -> dict[str, Any]:
    return {
        "job_id": str(job.id),
        "status_url": url_for("attendance_jobs.show_job", job_id=job.id),
        "events_room": f"job:{job.id}",
    }


def shown(job: Job) -> dict[str, Any]:
    """A job as people see it; with what became of each record once it has finished."""
    if job.finished_at is None:
        return line(job, {})
    return line(job, undone_by([job])) | {"records": records_of(job)}


def line(job: Job, undone: Mapping[UUID, UUID]) -> dict[str, Any]:
    return {
        **{name: getattr(job, name) for name in _AS_THEY_ARE},
        "percent": percent(job.done, job.total),
        "eta": expected_end(job, now()),
        "counts": full_counts(job.counts),
        "errors_url": url_for("attendance_jobs.list_errors", job_id=job.id),
        "undone_by": undone.get(job.id),
    }
