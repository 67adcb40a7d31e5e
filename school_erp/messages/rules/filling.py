"""Placeholders of a text: which there are for a kind, and what a text becomes with their values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from school_erp.messages.vocabulary import Kind

_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_ALWAYS = ("school", "student", "guardian", "date")
_OF_A_MARK = (*_ALWAYS, "class", "lesson", "when")

PLACEHOLDERS: Mapping[Kind, tuple[str, ...]] = {
    Kind.ABSENT: (*_OF_A_MARK, "link"),
    Kind.LATE: (*_OF_A_MARK, "minutes"),
    Kind.ARRIVED: _OF_A_MARK,
    Kind.CORRECTED: _OF_A_MARK,
    Kind.REFUSED: (*_ALWAYS, "answer"),
}


def unknown_placeholders(kind: Kind, text: str) -> list[str]:
    """In their order, each once."""
    found = dict.fromkeys(_PLACEHOLDER.findall(text))
    return [name for name in found if name not in PLACEHOLDERS[kind]]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Values are put in as they are and never looked through: a name may look like a placeholder.

    Line breaks within a value become blanks, so that no name can break up what it stands in.
    """
    return _PLACEHOLDER.sub(lambda found: _in_one_line(values, found), text).strip()


def in_html(text: str, direction: str) -> str:
    """The same for mail programs: whatever anybody typed stays text, only addresses lead on."""
    parts, last = [], 0
    for found in _ADDRESS.finditer(text):
        address = escape(found[0])
        parts += [escape(text[last : found.start()]), f'<a href="{address}">{address}</a>']
        last = found.end()
    body = "".join([*parts, escape(text[last:])]).replace("\n", "<br>\n")
    return f'<html><body dir="{direction}"><p>{body}</p></body></html>'


def _in_one_line(values: Mapping[str, str], found: re.Match[str]) -> str:
    value = values.get(found[1])
    return found[0] if value is None else " ".join(value.split())
