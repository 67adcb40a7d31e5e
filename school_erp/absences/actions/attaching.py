from __future__ import annotations

from school_erp.absences.errors import AlreadyDecided
from school_erp.absences.evidence import checked_kind
from school_erp.absences.models import AbsenceEvidence, AbsenceRequest
from school_erp.absences.queries.evidence import evidence_of
from school_erp.absences.vocabulary import State
from school_erp.core.ids import new_id
from school_erp.extensions import db


def attach(absence: AbsenceRequest, content: bytes) -> None:
    """In place of what was attached before, as long as nobody has decided."""
    if absence.state != State.PENDING:
        raise AlreadyDecided
    kind = checked_kind(content)
    attached = evidence_of(absence)
    if attached is None:
        attached = AbsenceEvidence(school_id=absence.school_id, id=new_id(), absence_id=absence.id)
        db.session.add(attached)
    attached.kind, attached.content = kind, content
    db.session.flush()
