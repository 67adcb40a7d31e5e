"""Everything that a register's page shows, looked up in a constant number of statements."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from school_erp.attendance.access import class_for, marker_of, register_at
from school_erp.attendance.errors import REFUSALS
from school_erp.attendance.marking import Mark, Marker
from school_erp.attendance.models import Register
from school_erp.attendance.pages.typed import Said
from school_erp.attendance.queries.around import Locking, last_locking, period_name
from school_erp.attendance.queries.ground import Place, SectionGround
from school_erp.attendance.queries.roster import StudentInRegister
from school_erp.attendance.queries.rulebook import Rulebook
from school_erp.attendance.reading import counts_of, students_in
from school_erp.attendance.rules.codes import Code
from school_erp.attendance.rules.dates import DateFault
from school_erp.attendance.rules.offering import Offer, offer_to
from school_erp.attendance.vocabulary import Mode, RegisterState
from school_erp.core.access import Actor
from school_erp.core.clock import today_in


@dataclass(frozen=True, slots=True)
class Notice:
    """What became of a row that was not simply stored."""

    kind: str
    sentence: str
    typed: Said
    standing: Mark | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    student: StudentInRegister
    said: Said
    notice: Notice | None = None

    @property
    def shown(self) -> Said:
        return Said.of(self.student.mark)

    @property
    def version(self) -> int:
        return self.student.mark.version if self.student.mark else 0


@dataclass(frozen=True, slots=True)
class RegisterPage:
    place: Place
    section: SectionGround
    rules: Rulebook
    register: Register
    marker: Marker
    offer: Offer
    rows: Sequence[Row]
    slot_name: str
    closed_because: str
    locking: Locking | None
    # the day on which it opens, where it is shown ahead to be kept until then
    opens_on: dt.date | None

    @property
    def may_be_kept(self) -> bool:
        """On a device of whoever teaches it: as it is today, or as it will be tomorrow."""
        return self.section.taught and (self.is_today or self.opens_on is not None)

    @property
    def is_open(self) -> bool:
        return not self.closed_because

    @property
    def is_today(self) -> bool:
        return self.place.day == today_in(self.rules.timezone)

    @property
    def needs_reason(self) -> bool:
        return self.is_open and self.register.state == RegisterState.SUBMITTED

    @property
    def counts(self) -> Counter[str]:
        """Of what is stored."""
        return counts_of(row.student for row in self.rows)

    @property
    def address(self) -> dict[str, Any]:
        return {"section_id": self.section.id, "day": self.place.day, "slot": self.place.slot}

    def code(self, code: str) -> Code | None:
        return self.rules.codes.named(code)

    @property
    def student_ids(self) -> list[UUID]:
        return [row.student.student_id for row in self.rows]


def register_page(
    actor: Actor,
    place: Place,
    section_id: UUID,
    said: Mapping[UUID, tuple[Said, Notice | None]] | None = None,
    *,
    for_keeping: bool = False,
) -> RegisterPage:
    """The page; with what was said and what became of it for rows that were not stored.

    What will be kept until tomorrow is shown as it will be then.
    """
    section, rules = class_for(actor, place, section_id)
    register, marker = register_at(place, section_id), marker_of(actor)
    today = today_in(rules.timezone)
    is_ahead = for_keeping and place.day == today + dt.timedelta(days=1)
    on = place.day if is_ahead else today
    locked = register.state == RegisterState.LOCKED
    return RegisterPage(
        place=place,
        section=section,
        rules=rules,
        register=register,
        marker=marker,
        offer=offer_to(marker.role, rules.codes, place.slot, in_advance=place.day > on),
        rows=[_row(student, said or {}) for student in students_in(place, section_id)],
        slot_name=_slot_name(rules, place),
        closed_because=_closed_because(register, section, rules, marker, on),
        locking=last_locking(place, section_id) if locked else None,
        opens_on=_opens_on(rules, place.day, today) if is_ahead else None,
    )


def _row(student: StudentInRegister, said: Mapping[UUID, tuple[Said, Notice | None]]) -> Row:
    if student.student_id in said:
        return Row(student, *said[student.student_id])
    return Row(student, Said.of(student.mark))


def _slot_name(rules: Rulebook, place: Place) -> str:
    if rules.mode is Mode.PERIOD:
        return period_name(place)
    if rules.daily_sessions == 1:
        return ""
    return str(_("Morning") if place.slot == 1 else _("Afternoon"))


def _closed_because(
    register: Register, section: SectionGround, rules: Rulebook, marker: Marker, on: dt.date
) -> str:
    """A sentence where nothing may be marked here now; nothing where it may."""
    if register.state == RegisterState.LOCKED:
        return str(REFUSALS["register_locked"])
    fault = rules.fault_of(register.date, on, in_office=marker.in_office)
    if fault is None and not section.in_session:
        fault = DateFault.NO_SESSION
    return str(REFUSALS[fault]) if fault else ""


def _opens_on(rules: Rulebook, day: dt.date, today: dt.date) -> dt.date:
    return today if rules.window.allow_future_date else day
