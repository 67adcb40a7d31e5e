"""What codes are signed with: derived anew each time, so that no stored row gives it away."""

from __future__ import annotations

import hmac
from functools import lru_cache
from uuid import UUID

from flask import current_app


def key_of(code_id: UUID) -> bytes:
    return _key(current_app.config["SECRET_KEY"], code_id)


@lru_cache(maxsize=1024)
def _key(secret: str, code_id: UUID) -> bytes:
    return hmac.digest(secret.encode(), f"live session {code_id}".encode(), "sha256")


def device_digest(code_id: UUID, device: str) -> str:
    """Tells two phones of one session apart, and nothing beyond it."""
    return hmac.digest(key_of(code_id), f"device {device}".encode(), "sha256")[:12].hex()
