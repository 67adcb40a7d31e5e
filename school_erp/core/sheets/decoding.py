"""Bytes that should be text: UTF-8, with or without its mark, or Excel's UTF-16."""

from __future__ import annotations

import codecs

from flask_babel import lazy_gettext as _

from school_erp.core.sheets.errors import BadFile

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def text_of(content: bytes) -> str:
    if content.startswith((_ZIP, _OLD_EXCEL)):
        raise BadFile(
            _("This is a spreadsheet of its program's own kind. Save it as “CSV UTF-8” first.")
        )
    text = _decoded(content)
    if not text.strip():
        raise BadFile(_("The file is empty."))
    if "\0" in text:
        raise BadFile(
            _("This line has characters that no text has (NUL). Is it a text file?"),
            _line_of(text, text.index("\0")),
        )
    return text


def _decoded(content: bytes) -> str:
    try:
        if content.startswith(_UTF_16):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _not_utf_8(content, fault.start) from fault


def _not_utf_8(content: bytes, place: int) -> BadFile:
    number = content.count(b"\n", 0, place) + 1
    if content.startswith(_UTF_16):
        return BadFile(_("The file breaks off in the middle of a letter."))
    read = _as_windows(content, place)
    if read is None:
        return BadFile(_("This line has letters that are broken (not UTF-8)."), number)
    return BadFile(
        _(
            "This line was saved as Windows-1252, where “%(read)s” stands; we need UTF-8. "
            "In Excel choose “CSV UTF-8” when saving, elsewhere the character set UTF-8.",
            read=read,
        ),
        number,
    )


def _as_windows(content: bytes, place: int) -> str | None:
    """The word with the strange letter, as the older character set of Windows has it."""
    begins = max(content.rfind(mark, 0, place) for mark in (b"\n", b",", b";", b"\t")) + 1
    around = content[begins : place + 12]
    try:
        word = around.decode("cp1252")
    except UnicodeDecodeError:
        return None
    word = word.splitlines()[0].strip(' "').split(",")[0].split(";")[0].split("\t")[0]
    strange = content[place : place + 1].decode("cp1252")
    return word[:40] if strange.isalpha() or strange in "‘’“”–—€" else None  # noqa: RUF001 - such as Windows has them


def _line_of(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
