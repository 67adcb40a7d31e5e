"""What a file is, told by what is in it: its name says whatever its sender liked."""

from __future__ import annotations

from flask import Response
from flask_babel import lazy_gettext as _

from school_erp.absences.models import AbsenceEvidence
from school_erp.absences.vocabulary import LARGEST_FILE, FileKind
from school_erp.core.errors import invalid

MIME_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.WEBP: "image/webp",
}
# a PDF ends in a mark of its own, with a little room for what programs leave behind it
_END_OF_PDF = 2_048


def kind_of(content: bytes) -> FileKind | None:
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-_END_OF_PDF:]:
        return FileKind.PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return FileKind.PNG
    if content.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in content[-_END_OF_PDF:]:
        return FileKind.JPEG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return FileKind.WEBP
    return None


def checked_kind(content: bytes) -> FileKind:
    if len(content) > LARGEST_FILE:
        raise invalid("file", _("This file is larger than 5 MB."))
    kind = kind_of(content)
    if kind is None:
        raise invalid("file", _("This is not a PDF or a picture that we can read."))
    return kind


def as_download(evidence: AbsenceEvidence) -> Response:
    """Never shown within our pages, and never as anything else than what it was found to be."""
    kind = FileKind(evidence.kind)
    response = Response(evidence.content, mimetype=MIME_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="evidence.{kind}"'
    return response
