from __future__ import annotations

from typing import Any

from school_erp.core.errors import Invalid, TooLarge


class BadFile(Invalid):
    """The file as a whole cannot be read; `line` is where, if one line is to blame."""

    code = "bad_file"

    def __init__(self, message: Any, line: int | None = None) -> None:
        records = [{"line": line, "message": message}] if line is not None else []
        super().__init__(message, fields={"file": [message]}, records=records)


class TooManyLines(TooLarge):
    code = "too_many_lines"
