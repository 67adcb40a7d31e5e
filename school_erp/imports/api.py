"""CSV files over HTTP: sent once to see what they would do, and again to have it done."""

from __future__ import annotations

from itertools import islice
from typing import Any

import marshmallow as ma
from flask import request
from flask_babel import gettext as _

from school_erp.core.access import requires
from school_erp.core.errors import Invalid, invalid
from school_erp.core.idempotency import idempotent
from school_erp.core.openapi import Blueprint
from school_erp.core.sheets.schemas import SheetQuery
from school_erp.core.sheets.sending import file_sent
from school_erp.imports import actions
from school_erp.imports.access import Permission
from school_erp.imports.actions import MOST_TOLD
from school_erp.imports.kinds import ANY_KIND, KINDS, Kind
from school_erp.imports.plan import Plan
from school_erp.imports.schemas import ReportSchema

blueprint = Blueprint("imports", __name__, url_prefix="/imports", description="Files of records")

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


@blueprint.post(f"/<{ANY_KIND}:kind>")
@requires(Permission.FILE_IMPORT)
@idempotent
@blueprint.doc(requestBody=_BODY)
@blueprint.arguments(SheetQuery, location="query")
@blueprint.response(200, ReportSchema)
def import_file(asked: dict[str, Any], kind: str) -> dict[str, Any]:
    content = file_sent()
    asked |= _asked_in_form()
    if asked["dry_run"]:
        return report(actions.examine(KINDS[kind], content), dry_run=True)
    return report(_carry_out(KINDS[kind], content, asked), dry_run=False)


def _carry_out(kind: Kind, content: bytes, asked: dict[str, Any]) -> Plan:
    if "fingerprint" not in asked:
        raise invalid(
            "fingerprint", _("Look at the report first (dry_run), and send its fingerprint.")
        )
    skip = asked["skip_rejected"]
    return actions.carry_out(kind, content, asked["fingerprint"], skip_rejected=skip)


def _asked_in_form() -> dict[str, Any]:
    """Some send everything as fields of the form that carries the file."""
    try:
        asked: dict[str, Any] = SheetQuery().load(request.form, partial=True)
    except ma.ValidationError as refusal:
        raise Invalid(fields=refusal.normalized_messages()) from refusal  # type: ignore[no-untyped-call]
    return asked


def report(plan: Plan, *, dry_run: bool) -> dict[str, Any]:
    return {
        "kind": plan.kind,
        "dry_run": dry_run,
        "delimiter": plan.delimiter,
        "lines": len(plan.records),
        "counts": plan.counts,
        "records": list(islice(plan.worth_telling, MOST_TOLD)),
        "mistakes": plan.mistakes[:MOST_TOLD],
        "fingerprint": plan.fingerprint,
    }
