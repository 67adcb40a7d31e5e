"""How many SMS a text takes: 7 bits a character while all are of the old alphabet, else 16."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# each behind a sign that says so, and so two characters
_EXTENDED = frozenset("\f^{}\\[~]|€")
_ALONE = {"GSM-7": 160, "UCS-2": 70}
_JOINED = {"GSM-7": 153, "UCS-2": 67}


@dataclass(frozen=True, slots=True)
class Length:
    encoding: Literal["GSM-7", "UCS-2"]
    characters: int
    segments: int


def sms_segments(text: str) -> Length:
    """As networks count: a character is never cut in two between one SMS and the next."""
    is_basic = all(each in _BASIC or each in _EXTENDED for each in text)
    encoding: Literal["GSM-7", "UCS-2"] = "GSM-7" if is_basic else "UCS-2"
    widths = [_width(each, is_basic=is_basic) for each in text]
    characters = sum(widths)
    if characters <= _ALONE[encoding]:
        return Length(encoding, characters, 1 if characters else 0)
    return Length(encoding, characters, _joined(widths, _JOINED[encoding]))


def _width(character: str, *, is_basic: bool) -> int:
    if is_basic:
        return 2 if character in _EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1


def _joined(widths: list[int], room: int) -> int:
    segments, used = 1, 0
    for width in widths:
        if used + width > room:
            segments, used = segments + 1, 0
        used += width
    return segments
