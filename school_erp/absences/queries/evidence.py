from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from school_erp.absences.models import AbsenceEvidence, AbsenceRequest
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db


def evidence_of(absence: AbsenceRequest) -> AbsenceEvidence | None:
    return db.session.scalar(
        select(AbsenceEvidence).where(
            AbsenceEvidence.school_id == absence.school_id,
            AbsenceEvidence.absence_id == absence.id,
        )
    )


def with_evidence(absences: Collection[UUID]) -> frozenset[UUID]:
    """Which of them came with a file; the files themselves are not read."""
    query = select(AbsenceEvidence.absence_id).where(
        AbsenceEvidence.school_id == current_school_id(), AbsenceEvidence.absence_id.in_(absences)
    )
    return frozenset(db.session.scalars(query))
