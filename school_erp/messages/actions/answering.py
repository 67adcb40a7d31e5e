"""What families hear, or no longer hear, because of what they told the school."""

from __future__ import annotations

from sqlalchemy import text

from school_erp.absences.models import AbsenceRequest
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.queries.rulebook import rulebook_for
from school_erp.attendance.vocabulary import WHOLE_DAY
from school_erp.core.clock import now
from school_erp.core.ids import NEW_ID_IN_SQL
from school_erp.extensions import db
from school_erp.messages.looks import ask_for_look
from school_erp.messages.queries.channels import CHANNELS, REACHED_BY
from school_erp.messages.rules.timing import due_at, hours_of

_silence = text("""
    UPDATE message SET state = 'cancelled', reason = 'explained', settled_at = :now
    WHERE school_id = :school AND student_id = :student AND kind = 'absent'
      AND date BETWEEN :first AND :last AND state IN ('waiting', 'held')
      AND (cardinality(CAST(:slots AS smallint[])) = 0 OR slot = ANY(:slots))""")

_refuse = text(f"""
    INSERT INTO message (school_id, id, created_at, kind, student_id, date, slot, guardian_id,
                         channel, facts, due_at)
    SELECT :school, {NEW_ID_IN_SQL}, :now, 'refused', g.student_id, :first, :slot, g.guardian_id,
           {CHANNELS}, jsonb_build_object('absence_id', CAST(:absence AS uuid)), :due_at
    FROM guardianship g
    JOIN person adult ON adult.school_id = g.school_id AND adult.id = g.guardian_id
    {REACHED_BY}
    WHERE g.school_id = :school AND g.student_id = :student AND g.guardian_id = :guardian
      AND NOT g.do_not_contact
    ON CONFLICT DO NOTHING""")  # noqa: S608 - our own constants


def silence(absence: AbsenceRequest) -> None:
    """It was explained and accepted: what still waits is not said."""
    asked = {
        "school": absence.school_id,
        "student": absence.student_id,
        "first": absence.starts_on,
        "last": absence.ends_on,
        "slots": list(absence.slots),
        "now": now(),
    }
    db.session.execute(_silence, asked)
    ask_for_look(absence.school_id)


def tell_of_refusal(absence: AbsenceRequest) -> None:
    """Whoever asked, of the children they answer for, and nobody else."""
    if absence.asked_by is None:
        return
    rules, moment = rulebook_for(Place(absence.school_id, absence.starts_on, WHOLE_DAY)), now()
    asked = {
        "school": absence.school_id,
        "student": absence.student_id,
        "guardian": absence.asked_by,
        "absence": absence.id,
        "first": absence.starts_on,
        "slot": WHOLE_DAY,
        "now": moment,
        "due_at": due_at(moment, hours_of(rules.messages, rules.timezone), held=False),
    }
    db.session.execute(_refuse, asked)
