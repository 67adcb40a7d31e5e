"""Where to go after a form: back, but never off to another host."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_next(asked: str | None, otherwise: str = "/") -> str:
    if not asked or not asked.startswith("/") or asked.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(asked)
    if parts.scheme or parts.netloc or any(ord(character) < 32 for character in asked):
        return otherwise
    return asked
