"""The rows of a marking: marks with their audit in one statement, and the registers in another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from school_erp.attendance.actions.announcing import announce_marks
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
from school_erp.attendance.queries.ground import Place
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


class Stored(NamedTuple):
    """Whose marks were not, because somebody else changed them; and the registers' versions."""

    overtaken: frozenset[UUID] = frozenset()
    registers: Mapping[UUID, int] = MappingProxyType({})


class Change(NamedTuple):
    record: Record
    mark: Mark
    before: Mark | None
    listeners: Sequence[UUID] = ()


def write_changes(
    place: Place,
    rules: Rulebook,
    marking: Marking,
    changes: Sequence[Change],
    received_at: dt.datetime,
) -> Stored:
    if not changes:
        return Stored()
    common = common_columns(place, marking, received_at)
    asked = _asked(changes)
    sections = sorted({each["section_id"] for each in asked.said} | _left(changes))
    whose = {"sections": sections, "taker": marking.marker.person_id}
    found = _store.rows(db.session, common | parameters(asked) | whose)
    registers = [RegisterTouched(*row) for *row, overtaken in found if overtaken is None]
    overtaken = {overtaken for *_, overtaken in found if overtaken is not None}
    done = [each for each in changes if not overtaken or each.record.student_id not in overtaken]
    made = [
        MarkMade(said.student_id, said.section_id, before, mark, listeners)
        for said, mark, before, listeners in done
    ]
    versions = {each.section_id: each.version for each in registers}
    announce_marks(place, made, versions)
    tell(MarksMade(place, rules, marking.marker, made, registers))
    return Stored(frozenset(overtaken), versions)


def _left(changes: Sequence[Change]) -> set[UUID]:
    return {change.before.section_id for change in changes if change.before}


def _asked(changes: Sequence[Change]) -> Alike:
    asked = Alike()
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
