"""From what lines call students and classes to what the school knows by that name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import lazy_gettext as _

from school_erp.attendance.errors import refusal
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.queries.rulebook import rulebook_for
from school_erp.attendance.queries.uploads import (
    ClassNamed,
    Named,
    classes_named,
    classes_to_mark,
    people_named,
)
from school_erp.attendance.upload_lines import LineSaid, Mistake
from school_erp.attendance.vocabulary import Mode
from school_erp.core.tenancy import current_school_id
from school_erp.schools.queries import today_here


@dataclass(frozen=True, slots=True)
class Resolved:
    line: LineSaid
    slot: int
    student: Named
    section_id: UUID


def resolve(said: Sequence[LineSaid]) -> tuple[list[Resolved], list[Mistake]]:
    people = people_named(each.student for each in said)
    sections = classes_named(each.section for each in said if each.section)
    usual = _usual_slot()
    slots = {each.number: each.slot or usual for each in said}
    homes = classes_to_mark(
        [
            (each.number, people[each.student].id, each.day, slot)
            for each in said
            if (slot := slots[each.number]) and each.student in people and not each.section
        ]
    )
    found: list[Resolved] = []
    mistakes: list[Mistake] = []
    for each in said:
        slot, student = slots[each.number], people.get(each.student)
        section_id = _section_of(each, sections) if each.section else homes.get(each.number)
        if slot and student and section_id:
            found.append(Resolved(each, slot, student, section_id))
        else:
            mistakes.append(_unresolved(each, slot, student))
    return found, mistakes


def _usual_slot() -> int | None:
    """The only session of the day; elsewhere a line must say which it means."""
    rules = rulebook_for(Place(current_school_id(), today_here(), 1))
    alone = rules.mode is Mode.DAILY and rules.daily_sessions == 1
    return 1 if alone else None


def _section_of(line: LineSaid, sections: Mapping[str, Sequence[ClassNamed]]) -> UUID | None:
    named = sections.get(line.section.lower(), ())
    fitting = [each for each in named if each.starts_on <= line.day <= each.ends_on]
    return (fitting or [*named])[0].id if named else None


def _unresolved(line: LineSaid, slot: int | None, student: Named | None) -> Mistake:
    if student is None:
        sentence = _("We know nobody by “%(name)s”.", name=line.student[:40])
        return Mistake(line.number, "student", "unknown_student", sentence)
    if not slot:
        return Mistake(line.number, "period", "period_needed", _("Say which period is meant."))
    if line.section:
        sentence = _("We know no class “%(name)s”.", name=line.section[:40])
        return Mistake(line.number, "section", "unknown_section", sentence)
    error = refusal("no_class_then")
    return Mistake(line.number, "", error.code, error.message)
