"""API keys: what they look like, and which client one belongs to. Only a hash of one is stored."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from uuid import UUID

PREFIX = "erp_"
_SHAPE = re.compile(PREFIX + r"([0-9a-f]{32})_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Key:
    school_id: UUID
    client_id: UUID
    secret: str

    def __str__(self) -> str:
        return f"{PREFIX}{self.school_id.hex}_{self.client_id.hex}_{self.secret}"

    @property
    def hash(self) -> str:
        """Long random secrets need no slow hash."""
        return hashlib.sha256(self.secret.encode()).hexdigest()


def new_key(school_id: UUID, client_id: UUID) -> Key:
    return Key(school_id, client_id, secrets.token_urlsafe(32))


def read_key(text: str) -> Key | None:
    match = _SHAPE.fullmatch(text)
    return Key(UUID(match[1]), UUID(match[2]), match[3]) if match else None
