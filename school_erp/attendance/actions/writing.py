"""The rows of a marking: marks with their audit in one statement, and the registers in another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple
from uuid import UUID

from school_erp.attendance.actions.announcing import News, announce_news, news_of
from school_erp.attendance.actions.rows import (
    ASKED,
    NOTED,
    PUT,
    Row,
    common_columns,
    parameters,
    row,
)
from school_erp.attendance.happenings import MarkMade, MarksMade, RegisterTouched
from school_erp.attendance.marking import Mark, Marking, Record
from school_erp.attendance.queries.ground import Place, RegisterGround
from school_erp.attendance.queries.rulebook import Rulebook
from school_erp.core.alike import Alike
from school_erp.core.direct import Statement
from school_erp.core.happenings import tell
from school_erp.extensions import db

# who is not stored comes back, which is hardly ever anybody
_store = Statement(f"""
    WITH asked AS ({ASKED}), done AS ({PUT}), noted AS ({NOTED}), touched AS (
        UPDATE register SET version = version + 1,
               taken_by = coalesce(taken_by, :taker), taken_at = coalesce(taken_at, :received_at)
        WHERE school_id = :school AND date = :day AND slot = :slot AND section_id = ANY(:sections)
        RETURNING section_id, version, state, taken_by
    )
    SELECT section_id, version, state, taken_by, CAST(NULL AS uuid) AS overtaken FROM touched
    UNION ALL
    SELECT NULL, NULL, NULL, NULL, student_id FROM asked
    WHERE student_id NOT IN (SELECT student_id FROM done)""")  # noqa: S608 - our own constants


@dataclass(slots=True)
class Stored:
    """Whose marks were not, because somebody else changed them; and the registers' versions."""

    overtaken: frozenset[UUID] = frozenset()
    registers: Mapping[UUID, int] = field(default_factory=dict)


class Change(NamedTuple):
    record: Record
    mark: Mark
    before: Mark | None
    listeners: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What was made, and what is told of it."""

    made: Sequence[MarkMade]
    registers: Sequence[RegisterTouched]
    versions: Mapping[UUID, int]
    news: News


@dataclass(frozen=True, slots=True)
class Writing:
    """Changes, down to the values that are sent for them."""

    place: Place
    rules: Rulebook
    marking: Marking
    changes: Sequence[Change]
    held: Mapping[UUID, RegisterGround]
    values: Row

    @property
    def sections(self) -> Sequence[UUID]:
        """Whose registers are touched."""
        touched: Sequence[UUID] = self.values["sections"]
        return touched

    @classmethod
    def of(
        cls,
        place: Place,
        rules: Rulebook,
        marking: Marking,
        changes: Sequence[Change],
        held: Mapping[UUID, RegisterGround],
        received_at: dt.datetime,
    ) -> Writing:
        asked = _asked(changes)
        sections = sorted({each["section_id"] for each in asked.said} | _left(changes))
        whose = {"sections": sections, "taker": marking.marker.person_id}
        common = common_columns(place, marking, received_at)
        return cls(place, rules, marking, changes, held, common | parameters(asked) | whose)

    def foreseen(self) -> Effect:
        """Of registers that are held, nobody else can make anything but this."""
        taker = self.values["taker"]
        touched = [
            RegisterTouched(section_id, known.version + 1, known.state, known.taken_by or taker)
            for section_id in self.sections
            if (known := self.held.get(section_id))
        ]
        return self.effect(self.changes, touched)

    def effect(self, done: Sequence[Change], registers: Sequence[RegisterTouched]) -> Effect:
        made = [
            MarkMade(said.student_id, said.section_id, before, mark, listeners)
            for said, mark, before, listeners in done
        ]
        versions = {each.section_id: each.version for each in registers}
        return Effect(made, registers, versions, news_of(self.place, made, versions))


@contextmanager
def being_written(writing: Writing) -> Iterator[Stored]:
    """The block goes on while PostgreSQL stores them; after it, it is known what was stored."""
    stored = Stored()
    if not writing.changes:
        yield stored
        return
    with _store.under_way(db.session, writing.values) as rows:
        foreseen = writing.foreseen()
        yield stored
        found = rows()
    registers = sorted(RegisterTouched(*row) for *row, overtaken in found if overtaken is None)
    stored.overtaken = frozenset(overtaken for *_, overtaken in found if overtaken is not None)
    effect = foreseen
    if stored.overtaken or registers != foreseen.registers:
        effect = writing.effect(_left_after(stored.overtaken, writing.changes), registers)
    stored.registers = effect.versions
    announce_news(effect.news)
    tell(
        MarksMade(
            *(writing.place, writing.rules, writing.marking.marker),
            *(effect.made, effect.registers),
        )
    )


def _left_after(overtaken: frozenset[UUID], changes: Sequence[Change]) -> list[Change]:
    return [each for each in changes if each.record.student_id not in overtaken]


def _left(changes: Sequence[Change]) -> set[UUID]:
    return {change.before.section_id for change in changes if change.before}


def _asked(changes: Sequence[Change]) -> Alike[Row]:
    asked = Alike[Row]()
    for each in changes:
        said = each.record
        # most of a class get the very same mark
        kind = (id(each.mark), id(each.before), said.marked_at, id(said.said_by))
        asked.add(said.student_id, kind, partial(_row, each))
    return asked


def _row(change: Change) -> Row:
    said, mark = change.record, change.mark
    found = row(mark.version, mark, change.before)
    found["device_time"] = said.marked_at
    if said.said_by:
        found["actor_id"] = said.said_by.person_id
        found["actor_name"], found["actor_role"] = said.said_by.name, said.said_by.role
    return found
