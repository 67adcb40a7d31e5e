"""A check-in as nearly every phone sends it, read without a schema: a hall sends many at once."""

from __future__ import annotations

import json
import re
from typing import Any

MOST_BYTES = 1_000
NAMES = frozenset({"token", "device"})
# what `schemas.Text` would leave as it is: no character to trim, to compose or to refuse
_PLAIN = re.compile(r"[!-~](?:[ -~]{0,198}[!-~])?")


def plain_check_in(written: bytes) -> dict[str, Any] | None:
    """A scanned code, with the phone it was scanned by; nothing, where it is anything else."""
    if len(written) > MOST_BYTES:
        return None
    try:
        said = json.loads(written)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or "token" not in said or not said.keys() <= NAMES:
        return None
    return said if all(map(_is_plain, said.values())) else None


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and _PLAIN.fullmatch(value) is not None
