"""The file of a request: its body as it is, or a file among the fields of a form."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from school_erp.core.errors import invalid


def file_sent() -> bytes:
    # kept, for whoever wants to know whether the same was sent before
    body = request.get_data(cache=True)
    if request.mimetype != "multipart/form-data":
        return body
    file = request.files.get("file")
    if file is None or not file.filename:
        raise invalid("file", _("Choose a file."))
    content: bytes = file.read()
    return content
