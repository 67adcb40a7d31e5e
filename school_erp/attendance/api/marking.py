from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response, url_for

from school_erp.attendance.access import Permission, job_for, marker_of
from school_erp.attendance.actions import bulk
from school_erp.attendance.api.waiting import is_small, run_here, seconds_to_wait, wait_for
from school_erp.attendance.marking import Marking, Record
from school_erp.attendance.queries.jobs import records_of
from school_erp.attendance.queries.slots import slot_due
from school_erp.attendance.schemas import AnswerPage, JobShape, MarkingBody
from school_erp.attendance.vocabulary import Outcome
from school_erp.core.access import Actor, current_actor, requires
from school_erp.core.idempotency import answer_meanwhile, idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.unit_of_work import unit_of_work
from school_erp.jobs.models import Job
from school_erp.jobs.progress import percent

NOT_STORED = {Outcome.KEPT, Outcome.CONFLICT, Outcome.REJECTED}

blueprint = Blueprint(
    "attendance", __name__, url_prefix="/school/attendance", description="Marking and registers"
)


@blueprint.post("")
@requires(Permission.MARK)
@idempotent
@blueprint.arguments(MarkingBody)
@blueprint.response(202)
def mark_class(body: dict[str, Any]) -> Response:
    """Mark a class. Answers with the job, or with the results where the caller waits for them."""
    job = bulk.accept(_marking(current_actor(), body))
    seconds = seconds_to_wait()
    if not seconds:
        bulk.hand_over(job)
        return _accepted(job)
    return _waited(job, seconds)


@blueprint.get("/jobs/<uuid:job_id>")
@requires(Permission.JOB_READ)
@blueprint.response(200, JobShape)
def show_job(job_id: UUID) -> dict[str, Any]:
    return shown(job_for(current_actor(), job_id))


@blueprint.get("/jobs/<uuid:job_id>/errors")
@requires(Permission.JOB_READ)
@blueprint.response(200, AnswerPage)
def list_errors(job_id: UUID) -> dict[str, Any]:
    """The records that were not stored, each with its reason or with the mark that stands."""
    found = records_of(job_for(current_actor(), job_id))
    left = [record for record in found if record["outcome"] in NOT_STORED]
    return {"items": left, "next_cursor": None}


def _waited(job: Job, seconds: int) -> Response:
    """The job is stored first, so that it goes on whatever happens to the one who waits."""
    with unit_of_work():
        answer_meanwhile(_accepted(job))
        if not is_small(job):
            bulk.hand_over(job)
    job = run_here(job) if is_small(job) else wait_for(job, seconds)
    if job.finished_at is None:
        return _accepted(job)
    return make_response(jsonify(JobShape().dump(shown(job))), 200)


def _accepted(job: Job) -> Response:
    answer = {
        "job_id": str(job.id),
        "status_url": url_for("attendance.show_job", job_id=job.id),
        "events_room": f"job:{job.id}",
    }
    response = make_response(jsonify(answer), 202)
    response.headers["Location"] = answer["status_url"]
    return response


def shown(job: Job) -> dict[str, Any]:
    """A job as people see it; with what became of each record once it has finished."""
    said = {
        **{name: getattr(job, name) for name in ("id", "kind", "state", "total", "done")},
        **{name: getattr(job, name) for name in ("requested_by", "created_at", "finished_at")},
        "failure": job.failure,
        "percent": percent(job.done, job.total),
        "counts": bulk.full_counts(job.counts),
        "errors_url": url_for("attendance.list_errors", job_id=job.id),
    }
    if job.finished_at is not None:
        said["records"] = records_of(job)
    return said


def _marking(actor: Actor, body: dict[str, Any]) -> Marking:
    section_id = body["section_id"]
    return Marking(
        school_id=actor.school_id,
        date=body["date"],
        slot=body.get("period") or slot_due(actor.school_id, section_id, body["date"]),
        records=[Record(section_id=section_id, **record) for record in body["records"]],
        marker=marker_of(actor),
        reason=body.get("reason", ""),
    )
