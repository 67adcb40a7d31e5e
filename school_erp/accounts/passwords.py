"""Argon2id, and the same time for a login that does not exist."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _

from school_erp.core.errors import invalid
from school_erp.core.off_hub import off_hub

SHORTEST, LONGEST = 10, 200

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# of no password: what an unknown login is compared with
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$c2Nob29sZXJwbm9ib2R5$"
    "3PBTxU0sHhF8mXnNdMsZw4yUO7PFN0q0GxWm3yYy1pA"
)
_COMMON = frozenset(
    ("password12", "password123", "1234567890", "qwertyuiop", "school1234", "letmein1234")
)


def hash_password(password: str) -> str:
    return off_hub(hash_password_now, password)


def hash_password_now(password: str) -> str:
    """Where there is no hub to hold up: commands, demo data, tests."""
    return _hasher.hash(password)


def password_fits(password: str, stored: str | None) -> bool:
    return off_hub(_fits, password, stored or _NOBODY) and stored is not None


def _fits(password: str, stored: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def refuse_weak(password: str, login: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise invalid("password", _("A password has at least 10 characters."))
    if password.lower() in _COMMON or login.lower() in password.lower():
        raise invalid("password", _("This password is too easy to guess."))
