"""Whose week the timetable page shows, and whose it offers beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import marshmallow as ma
from flask_babel import gettext as _

from school_erp.academics.access import person_with_timetable_for, roster_for, sees_whole_school
from school_erp.academics.queries import choosing
from school_erp.academics.queries.overview import children_of
from school_erp.academics.queries.timetable import Wanted, rooms
from school_erp.academics.schemas.timetable import WeekQuery
from school_erp.core.access import Actor
from school_erp.core.errors import invalid
from school_erp.people.models import Person
from school_erp.schools.roles import EMPLOYED, Role

KINDS = {"class": "section_id", "person": "person_id", "room": "room"}


@dataclass(frozen=True, slots=True)
class Whose:
    """`asked` leads back here, and `begins` is the day to open at, where that is not today."""

    wanted: Wanted
    name: str = ""
    asked: Mapping[str, Any] = field(default_factory=dict)
    begins: date | None = None


def whose_week(actor: Actor, asked: Mapping[str, Any]) -> Whose:
    chosen = _chosen(asked)
    if "section_id" in chosen:
        roster = roster_for(actor, chosen["section_id"])
        wanted = Wanted(section_id=roster.section.id)
        return Whose(wanted, roster.section.name, {"section_id": roster.section.id}, roster.on)
    if "room" in chosen and sees_whole_school(actor):
        return Whose(Wanted(room=chosen["room"]), chosen["room"], {"room": chosen["room"]})
    if "person_id" in chosen:
        return _of(person_with_timetable_for(actor, chosen["person_id"]))
    return _own(actor)


def _chosen(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """What one list of classes, people and rooms says in one word: `class:…`, `room:…`."""
    kind, _colon, value = asked.get("whose", "").partition(":")
    if kind not in KINDS or not value:
        return asked
    try:
        found: Mapping[str, Any] = WeekQuery().load({KINDS[kind]: value})
    except ma.ValidationError as refusal:
        raise invalid("whose", _("Choose one of the list.")) from refusal
    return found


def _own(actor: Actor) -> Whose:
    """One's own; or the first child's, for those who have no lessons themselves."""
    children = _children(actor)
    if children and not _has_lessons(actor):
        return _of(children[0])
    return Whose(Wanted(frozenset({actor.person_id} if actor.person_id else ())))


def _of(person: Person) -> Whose:
    return Whose(Wanted(frozenset([person.id])), person.name, {"person_id": person.id})


def _has_lessons(actor: Actor) -> bool:
    return actor.is_any(*EMPLOYED, Role.STUDENT)


def _children(actor: Actor) -> Sequence[Person]:
    return children_of(actor.person_id) if actor.person_id else ()


def choices_for(actor: Actor, today: date) -> dict[str, Any]:
    """The office chooses of everything; a parent, of the children."""
    if sees_whole_school(actor):
        return {
            "sections": choosing.sections_to_choose(today),
            "adults": choosing.adults_to_choose(today),
            "rooms": rooms(),
        }
    children = _children(actor)
    return {"children": children, "has_own": bool(children) and _has_lessons(actor)}
