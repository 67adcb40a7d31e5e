from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from school_erp.core.errors import TooMany
from school_erp.core.rate_limit import throttle

TYPED_TRIES = "20/minute"


def limit_guesses(student_id: UUID, body: Mapping[str, Any]) -> None:
    """Six characters could be guessed by a program; a signed code could not."""
    if "typed_code" in body:
        wait = throttle().attempt(TYPED_TRIES, "typed code", str(student_id))
        if wait:
            raise TooMany(retry_after=wait)
