"""A text that is to stay within two SMS: the school's name gives way, by its last words."""

from __future__ import annotations

from collections.abc import Mapping

from school_erp.messages.rules.filling import fill
from school_erp.messages.rules.lengths import sms_segments

# what is longer costs too much for what it says
MANY_SEGMENTS = 2


def fill_sms(text: str, values: Mapping[str, str]) -> str:
    """As it is, where even the first word alone would be too much."""
    whole = fill(text, values)
    words = values["school"].split()
    shorter = (" ".join(words[:count]) for count in range(len(words) - 1, 0, -1))
    for body in (whole, *(fill(text, {**values, "school": name}) for name in shorter)):
        if sms_segments(body).segments <= MANY_SEGMENTS:
            return body
    return whole
