"""Telling of marks: a class of all of them, each student and their family of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from school_erp.attendance.events import CLASS, MARKS_CHANGED
from school_erp.attendance.marking import Mark
from school_erp.attendance.queries.ground import Place
from school_erp.core.once_for import OnceFor
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import USER

MOST_BYTES = 60_000
# a mark without its remarks, and the most that a character takes in JSON
_MARK_BYTES, _CHARACTER_BYTES = 420, 12

Payload = dict[str, Any]
Shape = Callable[[Mark], Payload]


class Told(NamedTuple):
    """What now stands of a student; nothing where a mark was taken back."""

    student_id: UUID
    section_id: UUID
    mark: Mark | None
    # who hears of it beside the class: the student and the family, where they have an account
    listeners: Sequence[UUID] = ()


def announce_marks(place: Place, told: Sequence[Told], versions: Mapping[UUID, int]) -> None:
    if not told:
        return

    def said(section_id: UUID, marks: Sequence[Payload]) -> Payload:
        return {
            "section_id": str(section_id),
            "date": place.day.isoformat(),
            "slot": place.slot,
            "register_version": versions[section_id],
            "marks": marks,
        }

    to_class, to_family = OnceFor(_to_class), OnceFor(_to_family)

    for section_id, those in groupby(sorted(told, key=_section), key=_section):
        for part in in_parts(list(those)):
            announce(
                MARKS_CHANGED, [CLASS.of(section_id)], said(section_id, _of_each(part, to_class))
            )
            for person_id, own in _by_listener(part).items():
                mine = said(section_id, _of_each(own, to_family))
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


def _by_listener(told: Sequence[Told]) -> Mapping[UUID, Sequence[Told]]:
    """A parent hears of several children of a class at once."""
    found: defaultdict[UUID, list[Told]] = defaultdict(list)
    for each in told:
        for person_id in each.listeners:
            found[person_id].append(each)
    return found


def _of_each(those: Iterable[Told], shape: Shape) -> list[Payload]:
    return [
        {"student_id": str(each.student_id), "mark": shape(each.mark) if each.mark else None}
        for each in those
    ]


def _section(told: Told) -> UUID:
    return told.section_id


def _to_family(mark: Mark) -> Payload:
    return {
        "status": mark.status.value,
        "code": mark.code,
        "minutes_late": mark.minutes_late,
        "version": mark.version,
        "marked_at": mark.marked_at.isoformat(),
    }


def _to_class(mark: Mark) -> Payload:
    return _to_family(mark) | {
        "remarks": mark.remarks,
        "source": mark.source.name,
        "marked_by": str(mark.marked_by) if mark.marked_by else None,
    }
