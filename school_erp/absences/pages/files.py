from __future__ import annotations

from flask import request


def file_chosen() -> bytes | None:
    """The file of a form; browsers send an empty one where none was chosen."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return None
    with file.stream as stream:
        content: bytes = stream.read()
    return content
