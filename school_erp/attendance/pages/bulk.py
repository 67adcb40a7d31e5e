"""Mark many on pages: choose whom, see what it would do with its exceptions, and go ahead."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from school_erp.attendance.access import Permission
from school_erp.attendance.actions.scoping import accept_scope
from school_erp.attendance.pages.bulk_page import (
    BulkForm,
    Choices,
    Outlook,
    choices_for,
    outlook,
    scope_marking,
)
from school_erp.core.access import current_actor, requires
from school_erp.core.forms import Form
from school_erp.jobs.models import Job
from school_erp.jobs.steering import hand_over

blueprint = Blueprint("bulk_pages", __name__, url_prefix="/attendance/bulk")

_EXCEPTION = "exception-"


@blueprint.get("")
@requires(Permission.MARK)
def choose() -> ResponseReturnValue:
    choices = choices_for(current_actor())
    typical = {"date": choices.today, "who": "sections", "only_blank": True}
    if choices.codes:
        typical["code"] = choices.codes[0].code
    return _choosing(Form(BulkForm, typical), choices)


@blueprint.post("")
@requires(Permission.MARK)
def look() -> ResponseReturnValue:
    """See what the choice would do; or do it, unless something stands against it."""
    intent, _sep, about = request.form.get("intent", "look").partition(":")
    job = _accepted() if intent == "go" else None
    if job is not None:
        hand_over(job)
        return redirect(url_for("job_pages.show", job_id=job.id))
    form, choices = _TypedForm(), choices_for(current_actor())
    said = _exceptions_after(intent, about, choices)
    search = request.form.get("q", "").strip()[:100] if intent in {"find", "add"} else ""
    if intent == "back" or not form.submit(lambda typed: _outlook(typed, said, search)):
        return _choosing(form, choices)
    if intent == "add" and not form.result.found:
        search = ""  # the last one found has just been added
    page = render_template(
        "attendance/bulk_look.html", form=form, choices=choices, outlook=form.result, search=search
    )
    return page, 422 if intent == "go" else 200


def _accepted() -> Job | None:
    actor, form, said = current_actor(), _TypedForm(), _exceptions()
    done = form.submit(lambda typed: accept_scope(scope_marking(actor, typed, said)))
    job: Job | None = form.result if done else None
    return job


def _outlook(typed: dict[str, Any], said: dict[UUID, str], search: str) -> Outlook:
    actor = current_actor()
    return outlook(scope_marking(actor, typed, said), choices_for(actor, typed["date"]), search)


def _choosing(form: Form, choices: Choices) -> ResponseReturnValue:
    return render_template("attendance/bulk.html", form=form, choices=choices), form.status


class _TypedForm(Form):
    """The choice; exceptions, search and button are beside it."""

    def __init__(self) -> None:
        super().__init__(BulkForm)
        self.values = self._typed()

    def _typed(self) -> dict[str, Any]:
        return {
            name: value for name, value in super()._typed().items() if name in self.schema.fields
        }


def _exceptions() -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for name, code in request.form.items():
        if name.startswith(_EXCEPTION) and (student_id := _id(name.removeprefix(_EXCEPTION))):
            found[student_id] = code[:4]
    return found


def _exceptions_after(intent: str, about: str, choices: Choices) -> dict[UUID, str]:
    said, student_id = _exceptions(), _id(about)
    if intent == "add" and student_id:
        said[student_id] = choices.usual_exception
    if intent == "remove" and student_id:
        said.pop(student_id, None)
    return said


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
