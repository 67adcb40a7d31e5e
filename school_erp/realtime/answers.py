"""Every message is acknowledged: what it asked for, or the one error shape."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog

from school_erp.core.error_pages import in_our_words
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work

log = structlog.get_logger(__name__)

Answer = dict[str, Any]


def answered(listener: Callable[..., Answer]) -> Callable[..., Answer]:
    """A unit of work around a message, and its answer or refusal as an acknowledgement."""

    @wraps(listener)
    def acknowledge(*message: Any) -> Answer:
        try:
            with acting_for(None), unit_of_work():
                return {"ok": True, **listener(*message)}
        except Exception as error:  # noqa: BLE001 - the edge: whatever it is, it is answered
            return {"ok": False, **_refusal(error)}

    return acknowledge


def _refusal(error: Exception) -> Answer:
    known, request_id = in_our_words(error), new_id().hex
    if known.status >= 500:
        log.error("message_failed", code=known.code, request_id=request_id, exc_info=error)
    return known.body(request_id)
