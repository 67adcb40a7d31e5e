"""What a file would change, line by line, before anything is changed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from school_erp.core.bulk import foreign_keys_first, insert_rows, update_rows
from school_erp.core.models import Model


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Mistake:
    line: int
    column: str
    message: Any


@dataclass(frozen=True, slots=True)
class Change:
    old: Any
    new: Any


@dataclass(slots=True)
class Record:
    """One line: what it says, what is wrong with it, and what it would write."""

    line: int
    values: dict[str, Any]
    label: str = ""
    is_new: bool = False
    mistakes: list[Mistake] = field(default_factory=list)
    changes: dict[str, Change] = field(default_factory=dict)
    inserts: list[tuple[type[Model], dict[str, Any]]] = field(default_factory=list)
    updates: list[tuple[type[Model], dict[str, Any]]] = field(default_factory=list)

    def reject(self, column: str, message: Any) -> None:
        self.mistakes.append(Mistake(self.line, column, message))

    def is_wrong_in(self, column: str) -> bool:
        return any(mistake.column == column for mistake in self.mistakes)

    @property
    def outcome(self) -> Outcome:
        if self.mistakes:
            return Outcome.REJECTED
        if self.is_new:
            return Outcome.CREATED
        return Outcome.CHANGED if self.changes else Outcome.UNCHANGED


@dataclass(frozen=True, slots=True)
class Plan:
    kind: str
    delimiter: str
    records: Sequence[Record]
    fingerprint: str

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(record.outcome for record in self.records)
        return {str(outcome): counted[outcome] for outcome in Outcome}

    @property
    def mistakes(self) -> list[Mistake]:
        return [mistake for record in self.records for mistake in record.mistakes]

    @property
    def worth_telling(self) -> Iterator[Record]:
        return (record for record in self.records if record.outcome != Outcome.UNCHANGED)

    def write(self, session: Session) -> None:
        """In as many statements as there are tables, however many lines."""
        good = [record for record in self.records if not record.mistakes]
        for verb, parts in ((insert_rows, "inserts"), (update_rows, "updates")):
            rows: defaultdict[type[Model], list[dict[str, Any]]] = defaultdict(list)
            for record in good:
                for model, row in getattr(record, parts):
                    rows[model].append(row)
            for model in foreign_keys_first(rows):
                verb(session, model, rows[model])


def plan_of(
    kind: str, delimiter: str, content: bytes, today: date, records: Sequence[Record]
) -> Plan:
    return Plan(kind, delimiter, records, _fingerprint(kind, content, today, records))


def _fingerprint(kind: str, content: bytes, today: date, records: Sequence[Record]) -> str:
    """The same as long as the same file would do the same, in whichever language it is told."""
    seen = hashlib.sha256(f"{kind} {today} {len(content)} ".encode())
    seen.update(content)
    for record in records:
        told = (
            record.line,
            str(record.outcome),
            {name: (change.old, change.new) for name, change in record.changes.items()},
            [mistake.column for mistake in record.mistakes],
        )
        seen.update(json.dumps(told, default=str, sort_keys=True).encode())
    return seen.hexdigest()
