"""Telling of marks: a class of all of them, each student and their family of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from school_erp.attendance.events import CLASS, MARKS_CHANGED
from school_erp.attendance.happenings import MarkMade
from school_erp.attendance.marking import Mark
from school_erp.attendance.queries.ground import Place
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import USER, Room
from school_erp.realtime.several import Several

MOST_BYTES = 60_000
# a mark without its remarks, and the most that a character takes in JSON
_MARK_BYTES, _CHARACTER_BYTES = 420, 12

Payload = dict[str, Any]


# who is told what
News = list[tuple[Room, Payload]]


def announce_marks(place: Place, made: Sequence[MarkMade], versions: Mapping[UUID, int]) -> None:
    announce_news(news_of(place, made, versions))


def announce_news(news: News) -> None:
    for room, payload in news:
        announce(MARKS_CHANGED, [room], payload)


def news_of(place: Place, made: Sequence[MarkMade], versions: Mapping[UUID, int]) -> News:
    def said(section_id: UUID, marks: Several) -> Payload:
        return {
            "section_id": str(section_id),
            "date": place.day.isoformat(),
            "slot": place.slot,
            "register_version": versions[section_id],
            "marks": marks,
        }

    to_class, to_family = _Shape(_to_class), _Shape(_to_family)
    news: News = []
    for section_id, those in _by_section(made).items():
        for part in in_parts(those):
            news.append((CLASS.of(section_id), said(section_id, to_class.of_each(part))))
            for person_id, own in _by_listener(part).items():
                mine = said(section_id, to_family.of_each(own))
                news.append((USER.of(person_id), mine))
    return news


class _Shape:
    """How marks are shown to some."""

    def __init__(self, show: Callable[[Mark], Payload]) -> None:
        self._show = show

    def of_each(self, made: Iterable[MarkMade]) -> Several:
        """What now stands of each; nothing where a mark was taken back."""
        told = Several("student_id", "mark")
        for each in made:
            # most of a class get the very same mark
            told.add(each.student_id, id(each.after), partial(self._said, each.after))
        return told.complete()

    def _said(self, mark: Mark | None) -> Payload | None:
        return self._show(mark) if mark else None


def in_parts(made: Sequence[MarkMade]) -> Iterator[list[MarkMade]]:
    """Each fits into one message."""
    part: list[MarkMade] = []
    room = MOST_BYTES
    for each in made:
        remarks = each.after.remarks if each.after else ""
        size = _MARK_BYTES + _CHARACTER_BYTES * len(remarks)
        if size > room:
            yield part
            part, room = [], MOST_BYTES
        part.append(each)
        room -= size
    yield part


def _by_section(made: Sequence[MarkMade]) -> Mapping[UUID, Sequence[MarkMade]]:
    """One register after the other, in an order that is the same for everybody."""
    if len({each.section_id for each in made}) < 2:
        return {each.section_id: made for each in made[:1]}
    ordered = sorted(made, key=_section)
    return {section_id: list(those) for section_id, those in groupby(ordered, key=_section)}


def _by_listener(made: Sequence[MarkMade]) -> Mapping[UUID, Sequence[MarkMade]]:
    """A parent hears of several children of a class at once."""
    found: defaultdict[UUID, list[MarkMade]] = defaultdict(list)
    for each in made:
        for person_id in each.listeners:
            found[person_id].append(each)
    return found


def _section(made: MarkMade) -> UUID:
    return made.section_id


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
