"""Where the link of a message leads: no sign-in, and no more said than in the message."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from school_erp.absences.actions.explaining import explain as answer
from school_erp.absences.actions.explaining import open_link
from school_erp.absences.errors import LinkAnswered
from school_erp.absences.pages.files import file_chosen
from school_erp.absences.queries.days import named_slots, slot_names
from school_erp.absences.schemas import ExplanationBody
from school_erp.absences.wording import REASONS
from school_erp.core.access import public
from school_erp.core.forms import Form

blueprint = Blueprint("explanation_pages", __name__, url_prefix="/explain")


@blueprint.route("/<token>", methods=["GET", "POST"])
@public("the link is the proof")
def explain(token: str) -> ResponseReturnValue:
    try:
        found = open_link(token)
    except LinkAnswered as known:
        return render_template("absences/answered.html", message=known.message), known.status
    form = Form(ExplanationBody, {"ends_on": found.link.date})
    names = slot_names()
    shown = {
        "school_named": found.school,
        "given_name": found.given_name,
        "day": found.link.date,
        "told_slots": [names[slot] for slot in named_slots(found.link.slots)],
    }
    if request.method == "POST" and form.submit(lambda body: answer(token, body, file_chosen())):
        return render_template("absences/explained.html", **shown)
    page = render_template("absences/explain.html", form=form, reasons=REASONS.items(), **shown)
    return page, form.status
