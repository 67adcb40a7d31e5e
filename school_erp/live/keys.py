"""What codes are signed with: derived anew each time, so that no stored row gives it away."""

from __future__ import annotations

import hmac
from uuid import UUID

from flask import current_app


def key_of(code_id: UUID) -> bytes:
    secret: str = current_app.config["SECRET_KEY"]
    return hmac.digest(secret.encode(), f"live session {code_id}".encode(), "sha256")


def device_digest(code_id: UUID, device: str) -> str:
    """Tells two phones of one session apart, and nothing beyond it."""
    return hmac.digest(key_of(code_id), f"device {device}".encode(), "sha256")[:12].hex()
