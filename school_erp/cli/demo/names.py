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

    def surname(self, random: Random) -> str:
        return random.choice(self.family)

    def person(self, random: Random, family: str, kind: str = "") -> Name:
        """A given name to go with a family name; `kind` is female, male or either."""
        given = random.choice(getattr(self, kind or random.choice(("female", "male"))))
        if not family:
            return Name("", given)
        return Name(given, family, _names()["preferred"].get(given))


def any_culture(random: Random) -> Culture:
    return random.choices(_cultures(), _shares())[0]


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
