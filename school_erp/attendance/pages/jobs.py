from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.attendance.access import (
    Permission,
    job_for,
    job_to_steer,
    marker_of,
    taught_only_by,
)
from school_erp.attendance.actions.retrying import retry
from school_erp.attendance.actions.undoing import accept_undo
from school_erp.attendance.job_schemas import STATES, JobQuery
from school_erp.attendance.pages.job_page import (
    job_list,
    job_shown,
    left_shown,
)
from school_erp.core.access import current_actor, requires
from school_erp.core.errors import Conflict
from school_erp.core.forms import asked_for
from school_erp.core.schemas import PageQuery
from school_erp.jobs import steering
from school_erp.jobs.events import JOB as JOB_ROOM
from school_erp.jobs.models import Job
from school_erp.realtime.showing import shown_own_rooms, shown_rooms

blueprint = Blueprint("job_pages", __name__, url_prefix="/attendance/jobs")
JOB = "/<uuid:job_id>"


@blueprint.get("")
@requires(Permission.JOB_READ)
def index() -> ResponseReturnValue:
    asked = asked_for(JobQuery)
    rooms = shown_own_rooms(current_actor())
    page, job_rooms = job_list(asked, taught_only_by(current_actor()))
    typed = {name: asked[name] for name in ("state", "kind") if name in asked}
    return render_template(
        "attendance/jobs.html",
        page=page,
        rooms=rooms | job_rooms,
        typed=typed,
        states=STATES,
        next_url=url_for(".index", **typed, cursor=page.next_cursor) if page.next_cursor else "",
        first_url=url_for(".index", **typed) if "cursor" in asked else "",
    )


@blueprint.get(JOB)
@requires(Permission.JOB_READ)
def show(job_id: UUID) -> ResponseReturnValue:
    rooms = shown_rooms(JOB_ROOM.of(job_id))
    job = job_for(current_actor(), job_id)
    asked = asked_for(PageQuery)
    left = left_shown(job, asked.get("cursor"))
    here: dict[str, Any] = {"job_id": job_id}
    return render_template(
        "attendance/job.html",
        shown=job_shown(job),
        rooms=rooms,
        left=left,
        next_url=url_for(".show", **here, cursor=left.next_cursor) if left.next_cursor else "",
        first_url=url_for(".show", **here) if "cursor" in asked else "",
    )


@blueprint.post(f"{JOB}/cancellation")
@requires(Permission.MARK)
def cancel(job_id: UUID) -> ResponseReturnValue:
    return _steer(job_id, steering.ask_to_stop)


@blueprint.post(f"{JOB}/continuation")
@requires(Permission.MARK)
def let_go_on(job_id: UUID) -> ResponseReturnValue:
    return _steer(job_id, steering.let_go_on)


@blueprint.post(f"{JOB}/retry")
@requires(Permission.MARK)
def try_again(job_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    job = job_to_steer(actor, job_id)
    try:
        job = retry(job, marker_of(actor))
    except Conflict as refusal:
        flash(str(refusal.message), "warning")
    return redirect(url_for(".show", job_id=job.id))


@blueprint.post(f"{JOB}/undo")
@requires(Permission.MARK)
def undo(job_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    job = job_to_steer(actor, job_id)
    try:
        undoing = accept_undo(job, marker_of(actor), request.form.get("reason", "").strip()[:500])
    except Conflict as refusal:
        flash(str(refusal.message), "warning")
        return redirect(url_for(".show", job_id=job_id))
    steering.hand_over(undoing)
    flash(_("The marks are being taken back."), "success")
    return redirect(url_for(".show", job_id=undoing.id))


def _steer(job_id: UUID, act: Callable[[Job], None]) -> ResponseReturnValue:
    job = job_to_steer(current_actor(), job_id)
    try:
        act(job)
    except Conflict as refusal:
        flash(str(refusal.message), "warning")
    return redirect(url_for(".show", job_id=job_id))
