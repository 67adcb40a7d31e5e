from __future__ import annotations

from dataclasses import dataclass

from school_erp.absences.models import AbsenceRequest
from school_erp.attendance.marking import Marker


@dataclass(frozen=True, slots=True)
class AbsenceDecided:
    """A request was accepted, refused or cancelled; its state says which."""

    absence: AbsenceRequest
    teller: Marker
