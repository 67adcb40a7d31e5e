"""Argon2id, and the same time for a login that does not exist."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _

from school_erp.accounts.rules import LONGEST, SHORTEST, Weakness, weakness_of
from school_erp.core.errors import invalid
from school_erp.core.off_hub import off_hub

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# of no password: what an unknown login is compared with
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$c2Nob29sZXJwbm9ib2R5$"
    "3PBTxU0sHhF8mXnNdMsZw4yUO7PFN0q0GxWm3yYy1pA"
)

_SENTENCES = {
    Weakness.SHORT: _("A password has at least %(least)s characters.", least=SHORTEST),
    Weakness.LONG: _("A password has at most %(most)s characters.", most=LONGEST),
    Weakness.FEW_CHARACTERS: _("This repeats too few characters. Try three or four words."),
    Weakness.EVERYDAY: _("This is one of the first things people guess. Try three or four words."),
    Weakness.ABOUT_THEM: _("This is mostly a name or a login. Try three or four other words."),
}


def hash_password(password: str) -> str:
    return off_hub(hash_password_now, password)


def hash_password_now(password: str) -> str:
    """Where there is no hub to hold up: commands, demo data, tests."""
    return _hasher.hash(_as_one_spelling(password))


def password_fits(password: str, stored: str | None) -> bool:
    return off_hub(_fits, password, stored or _NOBODY) and stored is not None


def _fits(password: str, stored: str) -> bool:
    try:
        return _hasher.verify(stored, _as_one_spelling(password))
    except (VerificationError, InvalidHashError):
        return False


def _as_one_spelling(password: str) -> str:
    """Keyboards differ in how they put an accent on a letter."""
    return unicodedata.normalize("NFKC", password)


def refuse_weak(field: str, password: str, about_them: Iterable[str]) -> None:
    weakness = weakness_of(password, about_them)
    if weakness is not None:
        raise invalid(field, _SENTENCES[weakness])
