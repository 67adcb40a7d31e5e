"""The token of a link: which school's, which link, and our seal on both.

Nothing secret is stored. Whether the link is still open stands in its row.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from uuid import UUID

ID_BYTES, SEAL_BYTES = 16, 16
LENGTH = (2 * ID_BYTES + SEAL_BYTES) * 4 // 3
_PURPOSE = b"explanation-link:"


@dataclass(frozen=True, slots=True)
class LinkName:
    school_id: UUID
    link_id: UUID

    @property
    def bytes(self) -> bytes:
        return self.school_id.bytes + self.link_id.bytes


def sealed(name: LinkName, secret: str) -> str:
    return urlsafe_b64encode(name.bytes + _seal(name, secret)).decode()


def opened(token: str, secret: str) -> LinkName | None:
    """Nothing, where the seal is not ours."""
    if len(token) != LENGTH:
        return None
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
    except (NotBase64, UnicodeEncodeError):
        return None
    if len(raw) != 2 * ID_BYTES + SEAL_BYTES:
        return None
    name = LinkName(UUID(bytes=raw[:ID_BYTES]), UUID(bytes=raw[ID_BYTES : 2 * ID_BYTES]))
    return name if hmac.compare_digest(raw[2 * ID_BYTES :], _seal(name, secret)) else None


def _seal(name: LinkName, secret: str) -> bytes:
    return hmac.new(secret.encode(), _PURPOSE + name.bytes, hashlib.sha256).digest()[:SEAL_BYTES]
