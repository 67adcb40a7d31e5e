"""Telling of marks: a class of all of them, each student and their family of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from school_erp.attendance.events import CLASS, MARKS_CHANGED
from school_erp.attendance.marking import Mark
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.queries.listeners import listeners_of
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import USER

MOST_BYTES = 60_000
# a mark without its remarks, and the most that a character takes in JSON
_MARK_BYTES, _CHARACTER_BYTES = 420, 12

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What now stands of a student; nothing where a mark was taken back."""

    student_id: UUID
    section_id: UUID
    mark: Mark | None


def announce_marks(place: Place, told: Sequence[Told], versions: Mapping[UUID, int]) -> None:
    if not told:
        return

    def said(section_id: UUID, marks: Iterable[Payload]) -> Payload:
        return {
            "section_id": str(section_id),
            "date": place.day.isoformat(),
            "slot": place.slot,
            "register_version": versions[section_id],
            "marks": list(marks),
        }

    listeners = listeners_of(place.school_id, [each.student_id for each in told])
    for section_id, those in groupby(sorted(told, key=_section), key=_section):
        for part in in_parts(list(those)):
            announce(MARKS_CHANGED, [CLASS.of(section_id)], said(section_id, map(_to_class, part)))
            for person_id, own in _by_listener(part, listeners).items():
                mine = said(section_id, map(_to_family, own))
                announce(MARKS_CHANGED, [USER.of(person_id)], mine)


def in_parts(told: Sequence[Told]) -> Iterator[list[Told]]:
    """Each fits into one message."""
    part: list[Told] = []
    room = MOST_BYTES
    for each in told:
        remarks = each.mark.remarks if each.mark else ""
        size = _MARK_BYTES + _CHARACTER_BYTES * len(remarks)
        if size > room:
            yield part
            part, room = [], MOST_BYTES
        part.append(each)
        room -= size
    yield part


def _by_listener(
    told: Sequence[Told], listeners: Mapping[UUID, Sequence[UUID]]
) -> Mapping[UUID, Sequence[Told]]:
    """A parent hears of several children of a class at once."""
    found: defaultdict[UUID, list[Told]] = defaultdict(list)
    for each in told:
        for person_id in listeners.get(each.student_id, ()):
            found[person_id].append(each)
    return found


def _section(told: Told) -> UUID:
    return told.section_id


def _to_family(told: Told) -> Payload:
    mark = told.mark
    return {
        "student_id": str(told.student_id),
        "mark": {
            "status": mark.status.value,
            "code": mark.code,
            "minutes_late": mark.minutes_late,
            "version": mark.version,
            "marked_at": mark.marked_at.isoformat(),
        }
        if mark
        else None,
    }


def _to_class(told: Told) -> Payload:
    said, mark = _to_family(told), told.mark
    if mark:
        said["mark"] |= {
            "remarks": mark.remarks,
            "source": mark.source.name,
            "marked_by": str(mark.marked_by) if mark.marked_by else None,
        }
    return said
