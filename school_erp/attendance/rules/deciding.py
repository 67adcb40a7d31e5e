"""What becomes of one record, given the mark that stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from school_erp.attendance.vocabulary import Outcome, Source


class Claim(Protocol):
    """A mark, of a student or of staff."""

    @property
    def source(self) -> Source: ...

    @property
    def version(self) -> int: ...

    def says_the_same(self: C, other: C) -> bool: ...


class Versioned(Protocol):
    @property
    def base_version(self) -> int | None: ...


C = TypeVar("C", bound=Claim)


@dataclass(frozen=True, slots=True)
class Decision:
    outcome: Outcome
    write: bool = False


def decide(record: Versioned, proposed: C, standing: C | None) -> Decision:
    """Precedence, then versions: nothing is overwritten silently."""
    if standing is None:
        return _where_nothing_stands(record)
    if proposed.says_the_same(standing):
        return Decision(Outcome.UNCHANGED)
    if proposed.source < standing.source:
        return Decision(Outcome.KEPT)
    if record.base_version is not None and record.base_version != standing.version:
        return Decision(Outcome.CONFLICT)
    return Decision(Outcome.CHANGED, write=True)


def _where_nothing_stands(record: Versioned) -> Decision:
    """Whoever saw a mark that is no longer there must look again."""
    if record.base_version:
        return Decision(Outcome.CONFLICT)
    return Decision(Outcome.CREATED, write=True)
