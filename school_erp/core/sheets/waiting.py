"""A file between its report and the word to go ahead: kept for half an hour, for its sender alone.

Only a convenience. If it is gone, the file is chosen once more.
"""

from __future__ import annotations

import secrets
import zlib

from flask import current_app
from redis import Redis

from school_erp.core.access import Actor

KEPT_SECONDS = 30 * 60


def keep(actor: Actor, kind: str, content: bytes) -> str:
    token = secrets.token_urlsafe(32)
    _redis().set(_key(actor, kind, token), zlib.compress(content, 1), ex=KEPT_SECONDS)
    return token


def kept(actor: Actor, kind: str, token: str) -> bytes | None:
    found = _redis().get(_key(actor, kind, token))
    return zlib.decompress(found) if isinstance(found, bytes) else None


def forget(actor: Actor, kind: str, token: str) -> None:
    _redis().delete(_key(actor, kind, token))


def _key(actor: Actor, kind: str, token: str) -> str:
    return f"erp:import:{actor.school_id}:{actor.id}:{kind}:{token}"


def _redis() -> Redis:
    found: Redis = current_app.extensions["redis"]
    return found
