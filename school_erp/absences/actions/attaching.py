from __future__ import annotations

from school_erp.absences.actions.telling import tell
from school_erp.absences.errors import AlreadyDecided
from school_erp.absences.evidence import checked_kind
from school_erp.absences.models import AbsenceEvidence, AbsenceRequest
from school_erp.absences.queries.evidence import evidence_of
from school_erp.absences.vocabulary import FileKind, State
from school_erp.attendance.marking import Marker
from school_erp.core.ids import new_id
from school_erp.extensions import db


def add_evidence(absence: AbsenceRequest, teller: Marker, content: bytes) -> None:
    """To what was told already, in place of what was attached before."""
    before = evidence_of(absence)
    noted = {"file": before.kind} if before else None
    kind = attach(absence, content)
    tell(absence, teller, before=noted, after={"file": kind.value})


def attach(absence: AbsenceRequest, content: bytes) -> FileKind:
    """As long as nobody has decided."""
    if absence.state != State.PENDING:
        raise AlreadyDecided
    kind = checked_kind(content)
    attached = evidence_of(absence)
    if attached is None:
        attached = AbsenceEvidence(school_id=absence.school_id, id=new_id(), absence_id=absence.id)
        db.session.add(attached)
    attached.kind, attached.content = kind, content
    db.session.flush()
    return kind
