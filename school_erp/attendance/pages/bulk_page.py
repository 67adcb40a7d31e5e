"""Marking many on pages: what can be chosen, and what the choice would do."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select

from school_erp.academics.access import sections_taught
from school_erp.academics.models import Period, Section
from school_erp.academics.queries.sections import grades, open_sections
from school_erp.attendance.access import marker_of, sees_every_class
from school_erp.attendance.actions.marking import faults_of
from school_erp.attendance.actions.scoping import ScopeMarking, marking_of
from school_erp.attendance.marking import Marking
from school_erp.attendance.queries.around import names_of
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.queries.rulebook import Rulebook, rulebook_for
from school_erp.attendance.queries.scopes import Scope
from school_erp.attendance.queries.slots import slot_due
from school_erp.attendance.rules.codes import Code
from school_erp.attendance.rules.offering import offer_to
from school_erp.attendance.scope_schemas import MOST_SECTIONS
from school_erp.attendance.vocabulary import Mode, Status
from school_erp.core.access import Actor
from school_erp.core.bounds import Length, Range
from school_erp.core.schemas import Choice, Day, Paragraph, Schema, Text, Whole
from school_erp.extensions import db
from school_erp.schools.queries import today_here

Options = list[tuple[str, str]]
MOST_FOUND = 20


class BulkForm(Schema):
    date = Day(required=True)
    period = Whole(validate=Range(min=1, max=30))
    who = Choice(("sections", "grade", "everyone"), required=True)
    sections = ma.fields.List(ma.fields.UUID(), validate=Length(max=MOST_SECTIONS))
    grade = Text(most=50)
    code = Text(most=4, required=True)
    only_blank = ma.fields.Boolean()
    reason = Paragraph(most=500)

    @ma.validates_schema
    def names_somebody(self, typed: dict[str, Any], **_extra: Any) -> None:
        if typed.get("who") == "sections" and not typed.get("sections"):
            raise ma.ValidationError(lazy_gettext("Choose at least one class."), "sections")
        if typed.get("who") == "grade" and not typed.get("grade"):
            raise ma.ValidationError(lazy_gettext("Choose a grade."), "grade")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the first page offers."""

    slots: Options
    sections: Options
    grades: Options
    codes: Sequence[Code]
    whole_school: bool
    today: dt.date

    @property
    def code_options(self) -> Options:
        return [(code.code, f"{code.code} · {code.label}") for code in self.codes]

    def label_of(self, code: str) -> str:
        return next((each.label for each in self.codes if each.code == code), code)

    @property
    def usual_exception(self) -> str:
        absent = [code.code for code in self.codes if code.status is Status.ABSENT]
        return absent[0] if absent else self.codes[0].code


@dataclass(frozen=True, slots=True)
class Named:
    student_id: UUID
    name: str
    section: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the choice would do, in counts and names."""

    asked: ScopeMarking
    slot_name: str
    total: int
    by_code: Sequence[tuple[str, int]]
    exceptions: Sequence[Named]
    found: Sequence[Named]
    faults: Sequence[tuple[str, str, int]] = field(default_factory=tuple)


def choices_for(actor: Actor, day: dt.date | None = None) -> Choices:
    today = today_here()
    rules = rulebook_for(Place(actor.school_id, day or today, 1))
    whole = sees_every_class(actor)
    ahead = day is not None and day > today
    return Choices(
        slots=_slots(rules),
        sections=[(str(each.id), each.name) for each in _sections(actor, rules, today)],
        grades=[(grade, grade) for grade in grades()] if whole else [],
        codes=_codes(rules, marker_of(actor).role, in_advance=ahead),
        whole_school=whole,
        today=today,
    )


def scope_marking(actor: Actor, typed: Mapping[str, Any], said: Mapping[UUID, str]) -> ScopeMarking:
    sections = typed["sections"] if typed["who"] == "sections" else None
    alone = sections[0] if sections and len(sections) == 1 else None
    slot = typed.get("period") or slot_due(actor.school_id, alone, typed["date"])
    place = Place(actor.school_id, typed["date"], slot)
    codes = rulebook_for(place).codes
    return ScopeMarking(
        place=place,
        scope=Scope(sections, typed.get("grade") if typed["who"] == "grade" else None),
        default={"code": codes.in_slot(typed["code"], slot)},
        marker=marker_of(actor),
        exceptions=[
            {"student_id": who, "code": codes.in_slot(code, slot)} for who, code in said.items()
        ],
        only_blank=bool(typed.get("only_blank")),
        reason=typed.get("reason", ""),
    )


def outlook(asked: ScopeMarking, choices: Choices, search: str) -> Outlook:
    marking = marking_of(asked)
    names = names_of(marking.school_id, [record.student_id for record in marking.records])
    classes = dict(choices.sections)
    everybody = [
        Named(
            record.student_id,
            names.get(record.student_id, ""),
            classes.get(str(record.section_id), ""),
            record.code or "",
        )
        for record in marking.records
    ]
    excepted = {said["student_id"] for said in asked.exceptions}
    codes = Counter(record.code or "" for record in marking.records)
    return Outlook(
        asked=asked,
        slot_name=dict(choices.slots).get(str(asked.place.slot), ""),
        total=len(everybody),
        by_code=[(choices.label_of(code), count) for code, count in codes.most_common()],
        exceptions=[each for each in everybody if each.student_id in excepted],
        found=_found([each for each in everybody if each.student_id not in excepted], search),
        faults=_faults(marking, classes),
    )


def _codes(rules: Rulebook, role: str, *, in_advance: bool) -> Sequence[Code]:
    """Those of every session of the day, the usual ones first."""
    slots = range(1, rules.daily_sessions + 1) if rules.mode is Mode.DAILY else (1,)
    offers = [offer_to(role, rules.codes, slot, in_advance=in_advance) for slot in slots]
    usual = [code for offer in offers for code in offer.usual]
    others = [code for offer in offers for code in offer.others]
    return list(dict.fromkeys([*usual, *others]))


def _slots(rules: Rulebook) -> Options:
    if rules.mode is Mode.PERIOD:
        periods = db.session.scalars(select(Period).order_by(Period.slot))
        return [(str(period.slot), period.name) for period in periods]
    if rules.daily_sessions == 1:
        return []
    return [("1", _("Morning")), ("2", _("Afternoon"))]


def _sections(actor: Actor, rules: Rulebook, today: dt.date) -> Sequence[Section]:
    found = open_sections(today, "homeroom" if rules.mode is Mode.DAILY else None)
    if sees_every_class(actor):
        return found
    own = set(db.session.scalars(sections_taught(actor, today)))
    return [section for section in found if section.id in own]


def _found(people: Sequence[Named], search: str) -> list[Named]:
    words = search.casefold().split()
    if not words:
        return []
    fitting = [each for each in people if all(word in each.name.casefold() for word in words)]
    return sorted(fitting, key=lambda each: each.name)[:MOST_FOUND]


def _faults(marking: Marking, classes: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """Class, reason, and how many students it concerns."""
    section_of = {record.student_id: str(record.section_id) for record in marking.records}
    counts = Counter(
        (classes.get(section_of[fault.student_id], ""), fault.error.message)
        for fault in faults_of(marking)
        if fault.error
    )
    return sorted((section, why, count) for (section, why), count in counts.items())
