"""Names for made-up people: the same ones in the same order for the same seed."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

_LETTERS = str.maketrans("łŁøØđĐı", "lLoOdDi")


_TRIES = 12


@dataclass(frozen=True, slots=True)
class Name:
    given: str
    family: str
    preferred: str | None = None

    @property
    def for_addresses(self) -> str:
        """In the letters of an email address; empty where none of the name's letters can be."""
        plain = unicodedata.normalize("NFKD", f"{self.given} {self.family}".translate(_LETTERS))
        words = re.sub(r"[^a-z ]", "", plain.encode("ascii", "ignore").decode().lower()).split()
        return ".".join(words)


@dataclass(frozen=True)
class Culture:
    female: list[str]
    male: list[str]
    family: list[str]


class NameBook:
    """Gives out names, seldom the same one twice."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._given_out: set[Name] = set()

    def any_culture(self) -> Culture:
        return self.random.choices(_cultures(), _shares())[0]

    def surname(self, culture: Culture) -> str:
        return self.random.choice(culture.family)

    def person(self, culture: Culture, family: str, kind: str = "") -> Name:
        """A given name to go with a family name; `kind` is female, male or either."""
        tries = (self._draw(culture, family, kind) for _ in range(_TRIES))
        name = next((name for name in tries if name not in self._given_out), None)
        name = name or self._draw(culture, family, kind)
        self._given_out.add(name)
        return name

    def _draw(self, culture: Culture, family: str, kind: str) -> Name:
        pool = getattr(culture, kind or self.random.choice(("female", "male")))
        given = self.random.choice(pool)
        if not family:
            return Name("", given)
        preferred = _names()["preferred"].get(given)
        return Name(given, family, preferred if preferred != family else None)


@cache
def _cultures() -> list[Culture]:
    return [
        Culture(entry["female"], entry["male"], entry["family"]) for entry in _names()["cultures"]
    ]


@cache
def _shares() -> list[int]:
    return [entry["share"] for entry in _names()["cultures"]]


@cache
def _names() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
