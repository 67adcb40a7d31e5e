"""Where the SMS provider tells what became of a message."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from school_erp.core.access import ask_nobody_who_they_are, public
from school_erp.core.tenancy import act_for
from school_erp.extensions import db
from school_erp.messages.actions.hearing import hear, refuse_forged
from school_erp.messages.channels import callback_path
from school_erp.messages.channels.dialect import SIGNATURE_HEADER

blueprint = Blueprint("message_callbacks", __name__)


@blueprint.post(callback_path("<uuid:school_id>", "<uuid:message_id>"))
@public("the provider's signature is the proof")
def sms(school_id: UUID, message_id: UUID) -> ResponseReturnValue:
    said = request.form.to_dict(flat=False)
    refuse_forged(school_id, message_id, said, request.headers.get(SIGNATURE_HEADER, ""))
    ask_nobody_who_they_are()
    act_for(school_id, db.session)
    hear(message_id, said)
    return "", 204
