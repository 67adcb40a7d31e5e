"""Marks from a file on pages: choose it, see line by line what it would do, and go ahead."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.attendance.access import Permission, marker_of
from school_erp.attendance.actions.examining import Upload, examine
from school_erp.attendance.actions.uploading import accept_upload
from school_erp.core.access import current_actor, requires
from school_erp.core.errors import ApplicationError
from school_erp.core.forms import Form, asked_for
from school_erp.core.schemas import Empty, Paragraph, Schema
from school_erp.core.sheets import waiting
from school_erp.core.sheets.errors import LinesRejected, ReportOutOfDate
from school_erp.core.sheets.sending import file_sent
from school_erp.core.sheets.writing import csv_of
from school_erp.jobs.steering import hand_over
from school_erp.schools.queries import today_here

blueprint = Blueprint("upload_pages", __name__, url_prefix="/attendance/upload")

MOST_SHOWN = 200
_KIND = "marks"


class Explained(Schema):
    """Why marks of a submitted register change; carried in the address from look to look."""

    reason = Paragraph(most=500, load_default="")


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.MARK)
def choose() -> ResponseReturnValue:
    form, actor = Form(Empty), current_actor()
    if request.method == "POST":
        try:
            content = file_sent()
            examine(content, marker_of(actor))
        except ApplicationError as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for(".show", token=waiting.keep(actor, _KIND, content)))
    return render_template("attendance/upload.html", form=form), form.status


@blueprint.get("/template.csv")
@requires(Permission.MARK)
def template() -> ResponseReturnValue:
    columns = ("date", "period", "student", "section", "status", "code", "minutes_late", "remarks")
    example = (today_here().isoformat(), 1, "S1001", "7A", "LATE", "", 12, "Bus")
    answer = Response(csv_of([columns, example]), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="marks.csv"'
    return answer


@blueprint.get("/<token>")
@requires(Permission.MARK)
def show(token: str) -> ResponseReturnValue:
    actor = current_actor()
    content = waiting.kept(actor, _KIND, token)
    if content is None:
        return _choose_again()
    reason = asked_for(Explained)["reason"]
    return _report(token, examine(content, marker_of(actor), reason), reason)


@blueprint.post("/<token>")
@requires(Permission.MARK)
def confirm(token: str) -> ResponseReturnValue:
    actor = current_actor()
    content = waiting.kept(actor, _KIND, token)
    if content is None:
        return _choose_again()
    reason = asked_for(Explained)["reason"]
    skip = "skip_rejected" in request.form
    seen = request.form.get("fingerprint", "")
    try:
        job = accept_upload(content, marker_of(actor), seen, reason=reason, skip_rejected=skip)
    except (ReportOutOfDate, LinesRejected) as refusal:
        flash(str(refusal.message), "warning")
        return redirect(url_for(".show", token=token, reason=reason or None))
    hand_over(job)
    waiting.forget(actor, _KIND, token)
    return redirect(url_for("job_pages.show", job_id=job.id))


def _report(token: str, upload: Upload, reason: str) -> ResponseReturnValue:
    worth_telling = sorted(upload.foreseen, key=lambda each: each.line)
    return render_template(
        "attendance/upload_report.html",
        token=token,
        reason=reason,
        asks_reason=reason or any(each.code == "reason_needed" for each in upload.mistakes),
        upload=upload,
        foreseen=worth_telling[:MOST_SHOWN],
        mistakes=upload.mistakes[:MOST_SHOWN],
    )


def _choose_again() -> ResponseReturnValue:
    flash(_("That file is not kept any longer. Please choose it again."), "warning")
    return redirect(url_for(".choose"))
