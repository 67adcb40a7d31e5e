from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any

from flask_babel import lazy_gettext as _

from school_erp.absences.actions.explaining import explain, open_link
from school_erp.absences.models import AbsenceRequest
from school_erp.absences.queries.days import named_slots, slot_names
from school_erp.absences.schemas import ExplanationAnswer, ExplanationSent, ExplanationShape
from school_erp.core.access import public
from school_erp.core.errors import invalid
from school_erp.core.openapi import Blueprint
from school_erp.core.schemas import ErrorAnswer

blueprint = Blueprint(
    "explanations", __name__, url_prefix="/explain", description="Answers by the link of a message"
)


@blueprint.get("/<token>")
@public("the link is the proof")
@blueprint.alt_response(404, schema=ErrorAnswer, description="No such link, or it is over")
@blueprint.alt_response(409, schema=ErrorAnswer, description="Answered already")
@blueprint.alt_response(429, schema=ErrorAnswer, description="Too many wrong links")
@blueprint.response(200, ExplanationShape)
def show_explanation(token: str) -> dict[str, Any]:
    """What the message said, as long as the link may be answered."""
    found, names = open_link(token), slot_names()
    slots = named_slots(found.link.slots)
    return {
        "school": found.school.name,
        "given_name": found.given_name,
        "date": found.link.date,
        "slots": [{"slot": slot, "name": names[slot]} for slot in slots],
        "expires_at": found.link.expires_at,
    }


@blueprint.post("/<token>")
@public("the link is the proof")
@blueprint.arguments(ExplanationSent)
@blueprint.alt_response(404, schema=ErrorAnswer, description="No such link, or it is over")
@blueprint.response(201, ExplanationAnswer)
def answer_explanation(body: dict[str, Any], token: str) -> AbsenceRequest:
    """Once. It waits for the office."""
    return explain(token, body, _decoded(body["file"]) if "file" in body else None)


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text.encode("ascii"), validate=True)
    except (NotBase64, UnicodeEncodeError, ValueError) as fault:
        raise invalid("file", _("This is not a PDF or a picture that we can read.")) from fault
