from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response

from school_erp.attendance.access import (
    Permission,
    job_for,
    job_to_steer,
    marker_of,
    taught_only_by,
)
from school_erp.attendance.actions.retrying import retry
from school_erp.attendance.actions.undoing import accept_undo
from school_erp.attendance.api.job_answers import answer_with, line, shown
from school_erp.attendance.job_schemas import JobLine, JobPage, JobQuery, JobShape, UndoBody
from school_erp.attendance.queries.jobs import jobs_page, left_by, undone_by
from school_erp.attendance.schemas import AnswerPage
from school_erp.core.access import current_actor, requires
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.paging import Page
from school_erp.core.schemas import Empty, PageQuery
from school_erp.jobs import steering
from school_erp.jobs.models import Job

blueprint = Blueprint(
    "attendance_jobs", __name__, url_prefix="/school/attendance", description="Bulk jobs"
)
JOB = "/jobs/<uuid:job_id>"


@blueprint.get("/jobs")
@requires(Permission.JOB_READ)
@blueprint.arguments(JobQuery, location="query")
@blueprint.response(200, JobPage)
def list_jobs(asked: dict[str, Any]) -> Page[dict[str, Any]]:
    """One's own jobs, the office everybody's, newest first."""
    page = jobs_page(asked, taught_only_by(current_actor()))
    undone = undone_by(page.items)
    return Page([line(job, undone) for job in page.items], page.next_cursor)


@blueprint.get(JOB)
@requires(Permission.JOB_READ)
@blueprint.response(200, JobShape)
def show_job(job_id: UUID) -> dict[str, Any]:
    return shown(job_for(current_actor(), job_id))


@blueprint.get(f"{JOB}/errors")
@requires(Permission.JOB_READ)
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, AnswerPage)
def list_errors(asked: dict[str, Any], job_id: UUID) -> Page[dict[str, Any]]:
    """The records that were not stored, each with its reason or with the mark that stands."""
    return left_by(job_for(current_actor(), job_id), asked.get("cursor"), asked["limit"])


@blueprint.post(f"{JOB}/cancellation")
@requires(Permission.MARK)
@idempotent
@blueprint.arguments(Empty)
@blueprint.response(200, JobLine)
def cancel(_: dict[str, Any], job_id: UUID) -> dict[str, Any]:
    """Stop it, after the part under way. What is done stays done, and is counted."""
    return _steered(job_id, steering.ask_to_stop)


@blueprint.delete(f"{JOB}/cancellation")
@requires(Permission.MARK)
@idempotent
@blueprint.arguments(Empty)
@blueprint.response(200, JobLine)
def take_cancellation_back(_: dict[str, Any], job_id: UUID) -> dict[str, Any]:
    """Let it go on after all, as long as it has not stopped."""
    return _steered(job_id, steering.let_go_on)


@blueprint.post(f"{JOB}/retry")
@requires(Permission.MARK)
@idempotent
@blueprint.arguments(Empty)
@blueprint.response(200, JobLine)
def try_again(_: dict[str, Any], job_id: UUID) -> dict[str, Any]:
    """Let a failed or cancelled job go on; of a done one, a new job tries what was refused."""
    actor = current_actor()
    job = retry(job_to_steer(actor, job_id), marker_of(actor))
    return line(job, undone_by([job]))


@blueprint.post(f"{JOB}/undo")
@requires(Permission.MARK)
@idempotent
@blueprint.arguments(UndoBody)
@blueprint.response(202)
def undo(body: dict[str, Any], job_id: UUID) -> Response:
    """Take back what it did, as a job of its own; what somebody changed since is kept."""
    actor = current_actor()
    job = job_to_steer(actor, job_id)
    return answer_with(accept_undo(job, marker_of(actor), body.get("reason", "")))


def _steered(job_id: UUID, steer: Callable[[Job], None]) -> dict[str, Any]:
    job = job_to_steer(current_actor(), job_id)
    steer(job)
    return line(job, undone_by([job]))
