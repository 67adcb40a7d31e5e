"""One-time links: the token they carry. Only a hash of it is stored."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from uuid import UUID

SCHOOL_BYTES, SECRET_BYTES = 16, 32
LENGTH = (SCHOOL_BYTES + SECRET_BYTES) * 4 // 3


@dataclass(frozen=True, slots=True)
class LinkToken:
    school_id: UUID
    secret: bytes

    def __str__(self) -> str:
        return urlsafe_b64encode(self.school_id.bytes + self.secret).decode()

    @property
    def hash(self) -> str:
        """Long random secrets need no slow hash."""
        return hashlib.sha256(self.secret).hexdigest()


def new_link_token(school_id: UUID) -> LinkToken:
    return LinkToken(school_id, secrets.token_bytes(SECRET_BYTES))


def read_link_token(text: str) -> LinkToken | None:
    if len(text) != LENGTH:
        return None
    try:
        raw = urlsafe_b64decode(text.encode("ascii"))
    except (NotBase64, UnicodeEncodeError):
        return None
    if len(raw) != SCHOOL_BYTES + SECRET_BYTES:
        return None
    return LinkToken(UUID(bytes=raw[:SCHOOL_BYTES]), raw[SCHOOL_BYTES:])
