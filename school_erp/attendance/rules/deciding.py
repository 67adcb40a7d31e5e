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


_CREATED = Decision(Outcome.CREATED, write=True)
_CHANGED = Decision(Outcome.CHANGED, write=True)
_UNCHANGED, _KEPT = Decision(Outcome.UNCHANGED), Decision(Outcome.KEPT)
_CONFLICT = Decision(Outcome.CONFLICT)


def decide(record: Versioned, proposed: C, standing: C | None) -> Decision:
    """Precedence, then versions: nothing is overwritten silently."""
    if standing is None:
        return _where_nothing_stands(record)
    if proposed.says_the_same(standing):
        return _UNCHANGED
    if proposed.source < standing.source:
        return _KEPT
    if record.base_version is not None and record.base_version != standing.version:
        return _CONFLICT
    return _CHANGED


def _where_nothing_stands(record: Versioned) -> Decision:
    """Whoever saw a mark that is no longer there must look again."""
    if record.base_version:
        return _CONFLICT
    return _CREATED
