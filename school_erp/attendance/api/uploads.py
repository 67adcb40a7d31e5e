from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify, request
from flask_babel import gettext as _

from school_erp.attendance.access import Permission, marker_of
from school_erp.attendance.actions.examining import Foreseen, Upload, examine
from school_erp.attendance.actions.uploading import MOST_TOLD, accept_upload, told
from school_erp.attendance.api.job_answers import answer_with
from school_erp.attendance.upload_schemas import UploadQuery, UploadReport
from school_erp.core.access import current_actor, requires
from school_erp.core.errors import Invalid, invalid
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.sheets.sending import file_sent

blueprint = Blueprint(
    "attendance_uploads", __name__, url_prefix="/school/attendance", description="Files of marks"
)

_FILE = {"type": "string", "format": "binary"}
_BODY = {
    "required": True,
    "content": {
        "text/csv": {"schema": _FILE},
        "multipart/form-data": {
            "schema": {"type": "object", "required": ["file"], "properties": {"file": _FILE}}
        },
    },
}


@blueprint.post("/uploads")
@requires(Permission.MARK)
@idempotent
@blueprint.doc(requestBody=_BODY)
@blueprint.arguments(UploadQuery, location="query")
@blueprint.alt_response(202, description="Accepted as a job")
@blueprint.response(200, UploadReport)
def upload(asked: dict[str, Any]) -> Response:
    """What a file of marks would do; and, with the fingerprint of that report, a job that does it.

    Columns: date, period, student (or external_id, or student_id), section, status, code,
    minutes_late, remarks.
    """
    content = file_sent()
    asked |= _asked_in_form()
    marker, reason = marker_of(current_actor()), asked["reason"]
    if asked["dry_run"]:
        return jsonify(UploadReport().dump(report(examine(content, marker, reason))))
    if "fingerprint" not in asked:
        raise invalid(
            "fingerprint", _("Look at the report first (dry_run), and send its fingerprint.")
        )
    seen, skip = asked["fingerprint"], asked["skip_rejected"]
    return answer_with(accept_upload(content, marker, seen, reason=reason, skip_rejected=skip))


def _asked_in_form() -> dict[str, Any]:
    """Some send everything as fields of the form that carries the file."""
    try:
        asked: dict[str, Any] = UploadQuery().load(request.form, partial=True)
    except ma.ValidationError as refusal:
        raise Invalid(fields=refusal.normalized_messages()) from refusal  # type: ignore[no-untyped-call]
    return asked


def report(upload: Upload) -> dict[str, Any]:
    return {
        "dry_run": True,
        "delimiter": upload.delimiter,
        "lines": upload.lines,
        "counts": upload.counts,
        "records": [_foreseen(each) for each in upload.foreseen[:MOST_TOLD]],
        "mistakes": [told(each) for each in upload.mistakes[:MOST_TOLD]],
        "fingerprint": upload.fingerprint,
    }


def _foreseen(each: Foreseen) -> dict[str, Any]:
    return {
        "line": each.line,
        "student_id": each.record.student_id,
        "name": each.name,
        "date": each.day,
        "period": each.slot,
        "outcome": each.answer.outcome.value,
        "code": each.answer.mark.code if each.answer.mark else "",
    }
