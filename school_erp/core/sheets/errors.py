from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from school_erp.core.errors import Conflict, Invalid, TooLarge


class BadFile(Invalid):
    """The file as a whole cannot be read; `line` is where, if one line is to blame."""

    code = "bad_file"

    def __init__(self, message: Any, line: int | None = None) -> None:
        records = [{"line": line, "message": message}] if line is not None else []
        super().__init__(message, fields={"file": [message]}, records=records)


class TooManyLines(TooLarge):
    code = "too_many_lines"


class LinesRejected(Invalid):
    code = "lines_rejected"
    message = _("Nothing was imported, because some lines have mistakes.")


class ReportOutOfDate(Conflict):
    code = "report_out_of_date"
    message = _(
        "The file, or the school's records, changed since this report was made. "
        "Nothing was imported; please look at the new report."
    )
