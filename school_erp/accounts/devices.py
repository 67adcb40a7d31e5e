"""Devices on which somebody has signed in before: a signed cookie that names nobody."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

LASTS_SECONDS = 400 * 24 * 3600
MOST_PEOPLE = 20


@dataclass(frozen=True, slots=True)
class Device:
    id: str
    people: tuple[str, ...] = ()

    @classmethod
    def read(cls, cookie: str | None) -> Device:
        """The device a cookie speaks of; a new one where it speaks of none."""
        try:
            id_, *people = _signer().loads(cookie or "", max_age=LASTS_SECONDS)
        except (BadData, ValueError, TypeError):
            return cls(secrets.token_urlsafe(12))
        return cls(str(id_), tuple(str(person) for person in people))

    def knows(self, school: str, login: str) -> bool:
        return _mark(school, login) in self.people

    def having_met(self, school: str, login: str) -> Device:
        """The same device, the person who used it last standing first."""
        mark = _mark(school, login)
        others = (person for person in self.people if person != mark)
        return Device(self.id, (mark, *others)[:MOST_PEOPLE])

    def __str__(self) -> str:
        return str(_signer().dumps([self.id, *self.people]))


def _mark(school: str, login: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    whom = f"device:{school.lower()}\0{login.lower()}".encode()
    return hmac.new(key, whom, hashlib.sha256).hexdigest()[:22]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known-device")
