"""What makes a password weak and a login right."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, auto

SHORTEST, LONGEST = 10, 200
LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,99}")

_LOOK_ALIKES = str.maketrans("01345$@7", "oleassat")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890")
_EVERYDAY = frozenset(
    (
        *("password", "passwort", "passphrase", "motdepasse", "secret", "letmein", "welcome"),
        *("school", "teacher", "student", "attendance", "classroom", "administrator", "admin"),
        *("qwerty", "azerty", "qwertz", "iloveyou", "monkey", "dragon", "football", "baseball"),
        *("sunshine", "princess", "superman", "batman", "trustno", "whatever", "starwars"),
        *("spring", "summer", "autumn", "winter", "january", "february", "march", "april"),
        *("june", "july", "august", "september", "october", "november", "december"),
        *("monday", "tuesday", "wednesday", "thursday", "friday", "changeme", "master", "hello"),
    )
)


class Weakness(Enum):
    SHORT = auto()
    LONG = auto()
    FEW_CHARACTERS = auto()
    EVERYDAY = auto()
    ABOUT_THEM = auto()


def weakness_of(password: str, about_them: Iterable[str]) -> Weakness | None:
    """Why a password is easily guessed, if it is. `about_them`: what strangers would try first."""
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    if len(set(password)) < 5:
        return Weakness.FEW_CHARACTERS
    plain = password.casefold()
    if _is_everyday(plain):
        return Weakness.EVERYDAY
    names = {name.casefold() for name in about_them if len(name) > 2}
    rest = plain
    for name in sorted(names, key=len, reverse=True):
        rest = rest.replace(name, "")
    return Weakness.ABOUT_THEM if len(rest) < SHORTEST - 4 and rest != plain else None


def _is_everyday(plain: str) -> bool:
    """An everyday word or a run of keys, whatever digits and signs stand around it."""
    if any(plain in row * 3 or plain in row[::-1] * 3 for row in _ROWS):
        return True
    core = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain)
    for form in (core, core.translate(_LOOK_ALIKES)):
        letters = re.sub(r"[^a-z]", "", form)
        if letters in _EVERYDAY or any(
            len(letters) > 3 and letters in row + row[::-1] for row in _ROWS
        ):
            return True
    return False


def login_from(*plain_names: str) -> str:
    """A login proposed from somebody's names, such as zoe.muller; empty where none can be made."""
    parts = (re.sub(r"[^a-z0-9]", "", name) for name in plain_names)
    return ".".join(filter(None, parts))[:60]


def first_free(proposed: str, taken: Iterable[str]) -> str:
    """The login itself, or with the first number that nobody else has."""
    others = set(taken)
    if proposed not in others:
        return proposed
    number = 2
    while f"{proposed}{number}" in others:
        number += 1
    return f"{proposed}{number}"
