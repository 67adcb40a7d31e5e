"""Importing on pages: choose a file, see what it would do, and have it done."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.core.access import current_actor, requires
from school_erp.core.errors import ApplicationError
from school_erp.core.forms import Form
from school_erp.core.schemas import Empty
from school_erp.core.sheets import waiting
from school_erp.core.sheets.errors import ReportOutOfDate
from school_erp.core.sheets.sending import file_sent
from school_erp.core.sheets.writing import csv_of
from school_erp.imports import actions
from school_erp.imports.access import Permission
from school_erp.imports.kinds import ANY_KIND, KINDS, Kind
from school_erp.imports.plan import Plan

blueprint = Blueprint("import_pages", __name__, url_prefix="/imports")

MOST_SHOWN = 200


@blueprint.get("")
@requires(Permission.FILE_IMPORT)
def index() -> ResponseReturnValue:
    return render_template("imports/index.html", kinds=KINDS.values())


@blueprint.route(f"/<{ANY_KIND}:kind>", methods=["GET", "POST"])
@requires(Permission.FILE_IMPORT)
def choose(kind: str) -> ResponseReturnValue:
    form = Form(Empty)
    if request.method == "POST":
        try:
            content = file_sent()
            actions.examine(KINDS[kind], content)
        except ApplicationError as refusal:
            form.refuse(refusal)
        else:
            token = waiting.keep(current_actor(), kind, content)
            return redirect(url_for(".show", kind=kind, token=token))
    return render_template("imports/choose.html", kind=KINDS[kind], form=form), form.status


@blueprint.get(f"/<{ANY_KIND}:kind>/template.csv")
@requires(Permission.FILE_IMPORT)
def template(kind: str) -> ResponseReturnValue:
    columns = KINDS[kind].columns
    rows = [[column.name for column in columns], [column.example for column in columns]]
    return _download(csv_of(rows), f"{kind}.csv")


@blueprint.get(f"/<{ANY_KIND}:kind>/<token>")
@requires(Permission.FILE_IMPORT)
def show(kind: str, token: str) -> ResponseReturnValue:
    content = waiting.kept(current_actor(), kind, token)
    if content is None:
        return _choose_again(kind)
    return _report(KINDS[kind], token, actions.examine(KINDS[kind], content))


@blueprint.post(f"/<{ANY_KIND}:kind>/<token>")
@requires(Permission.FILE_IMPORT)
def confirm(kind: str, token: str) -> ResponseReturnValue:
    content = waiting.kept(current_actor(), kind, token)
    if content is None:
        return _choose_again(kind)
    try:
        done = actions.carry_out(
            KINDS[kind],
            content,
            request.form.get("fingerprint", ""),
            skip_rejected="skip_rejected" in request.form,
        )
    except ReportOutOfDate as refusal:
        flash(str(refusal.message), "warning")
        return redirect(url_for(".show", kind=kind, token=token))
    waiting.forget(current_actor(), kind, token)
    flash(_("Imported: %(created)s new, %(changed)s changed.", **done.counts), "success")
    return redirect(url_for(".index"))


@blueprint.get(f"/<{ANY_KIND}:kind>/<token>/report.csv")
@requires(Permission.FILE_IMPORT)
def report(kind: str, token: str) -> ResponseReturnValue:
    content = waiting.kept(current_actor(), kind, token)
    if content is None:
        return _choose_again(kind)
    plan = actions.examine(KINDS[kind], content)
    return _download(csv_of(_lines_of(plan)), f"{kind}-report.csv")


def _report(kind: Kind, token: str, plan: Plan) -> ResponseReturnValue:
    told = (record for record in plan.worth_telling if not record.mistakes)
    return render_template(
        "imports/report.html",
        kind=kind,
        token=token,
        plan=plan,
        records=list(islice(told, MOST_SHOWN)),
        mistakes=plan.mistakes[:MOST_SHOWN],
        to_do=plan.counts["created"] + plan.counts["changed"],
    )


def _choose_again(kind: str) -> ResponseReturnValue:
    flash(_("That file is not kept any longer. Please choose it again."), "warning")
    return redirect(url_for(".choose", kind=kind))


def _lines_of(plan: Plan) -> Iterator[list[object]]:
    """A line for each change and each mistake; one for what stays as it is."""
    yield [_("Line"), _("Name"), _("Outcome"), _("Column"), _("Before"), _("After"), _("Mistake")]
    for record in plan.records:
        begin = [record.line, record.label, str(record.outcome)]
        for mistake in record.mistakes:
            yield [*begin, mistake.column, "", "", mistake.message]
        if record.mistakes:
            continue
        for name, change in record.changes.items():
            yield [*begin, name, _as_in_a_file(change.old), _as_in_a_file(change.new), ""]
        if not record.changes:
            yield [*begin, "", "", "", ""]


def _as_in_a_file(value: object) -> object:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _download(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
