from __future__ import annotations

from uuid import UUID

from flask import Response

from school_erp.absences.access import (
    Permission,
    absence_to_add_to,
    evidence_for,
    teller_of,
)
from school_erp.absences.actions.attaching import add_evidence
from school_erp.absences.evidence import MIME_TYPES, as_download
from school_erp.core.access import current_actor, requires
from school_erp.core.openapi import Blueprint
from school_erp.core.sheets.sending import file_sent

blueprint = Blueprint(
    "absence_evidence", __name__, url_prefix="/absences", description="Files that come with them"
)

_FILE = {"type": "string", "format": "binary"}
_BODY = {
    "required": True,
    "content": {
        "application/octet-stream": {"schema": _FILE},
        "multipart/form-data": {
            "schema": {"type": "object", "required": ["file"], "properties": {"file": _FILE}}
        },
    },
}

_HANDED_OUT = {
    "description": "The file, as a download",
    "content": {kind: {"schema": _FILE} for kind in MIME_TYPES.values()},
}


@blueprint.put("/<uuid:absence_id>/evidence")
@requires(Permission.WRITE)
@blueprint.doc(requestBody=_BODY)
@blueprint.response(204)
def send_evidence(absence_id: UUID) -> None:
    """A PDF or a picture of at most 5 MB, in place of what was sent before."""
    actor = current_actor()
    add_evidence(absence_to_add_to(actor, absence_id), teller_of(actor), file_sent())


@blueprint.get("/<uuid:absence_id>/evidence")
@requires(Permission.READ)
@blueprint.doc(responses={"200": _HANDED_OUT})
def read_evidence(absence_id: UUID) -> Response:
    """For the office, and for who sent it."""
    return as_download(evidence_for(current_actor(), absence_id))
