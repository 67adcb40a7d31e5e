"""Codes and outcomes as the office's pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _

from school_erp.absences.access import teller_of
from school_erp.absences.models import AbsenceRequest
from school_erp.absences.queries.codes import codes_of_school
from school_erp.absences.rules import codes_to_choose, usual_code
from school_erp.absences.vocabulary import Reason, State
from school_erp.attendance.rules.codes import CodeSet
from school_erp.core.access import current_actor

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class CodesOffered:
    usual: str
    options: Options


def codes_offered(absences: Sequence[AbsenceRequest]) -> dict[UUID, CodesOffered]:
    """For those that wait to be decided: the school's codes are read once."""
    waiting = [absence for absence in absences if absence.state == State.PENDING]
    codes = codes_of_school() if waiting else ()
    return {
        absence.id: _offered_for(Reason(absence.reason), CodeSet.on(absence.starts_on, codes))
        for absence in waiting
    }


def codes_to_offer(day: dt.date) -> Options:
    return _options(CodeSet.on(day, codes_of_school()))


def _offered_for(reason: Reason, codes: CodeSet) -> CodesOffered:
    usual = usual_code(reason, codes, teller_of(current_actor()).role)
    return CodesOffered(usual.code if usual else "", _options(codes))


def _options(codes: CodeSet) -> Options:
    found = codes_to_choose(codes, teller_of(current_actor()).role)
    return [(code.code, f"{code.code} {code.label}") for code in found]


def outcome_words() -> dict[str, str]:
    return {
        "created": _("Set"),
        "changed": _("Changed"),
        "unchanged": _("Said so already"),
        "kept": _("Left as it was: somebody with more say marked it"),
        "conflict": _("Left as it was: somebody changed it at that moment"),
        "rejected": _("Left as it was"),
        "was_there": _("Left as it was: the student was there"),
    }
