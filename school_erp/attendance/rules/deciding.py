"""What becomes of one record, given the mark that stands."""

from __future__ import annotations

from dataclasses import dataclass

from school_erp.attendance.marking import Mark, Record
from school_erp.attendance.vocabulary import Outcome


@dataclass(frozen=True, slots=True)
class Decision:
    outcome: Outcome
    write: bool = False


def decide(record: Record, proposed: Mark, standing: Mark | None) -> Decision:
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


def _where_nothing_stands(record: Record) -> Decision:
    """Whoever saw a mark that is no longer there must look again."""
    if record.base_version:
        return Decision(Outcome.CONFLICT)
    return Decision(Outcome.CREATED, write=True)
