"""Whether what is about to leave should leave at all.

All that is due is looked at before a round of sending, and each once more in the transaction that
claims it: what happened since it was written is known by then, whichever way it happened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from school_erp.absences.queries.explained import explained_in_sql
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.messages.actions.holding import hold_what_looks_wrong
from school_erp.messages.queries.spots import messages_leaving

_cancel = text(f"""
    WITH due AS (
        SELECT m.id, CASE
            WHEN g.id IS NULL OR g.do_not_contact OR NOT (g.gets_messages OR m.kind = 'refused')
            THEN 'not_wanted'
            WHEN NOT rules.notification_on_absent AND m.kind <> 'refused' THEN 'switched_off'
            WHEN m.channel = 'sms' AND (adult.phone IS NULL OR adult.phone_bad_since IS NOT NULL)
              OR m.channel = 'email' AND (adult.email IS NULL OR adult.email_bad_since IS NOT NULL)
            THEN 'no_address'
            WHEN m.kind = 'absent' AND mark.status IS DISTINCT FROM 'ABSENT'
              OR m.kind = 'late' AND mark.status IS DISTINCT FROM 'LATE'
              OR m.kind = 'arrived' AND coalesce(mark.status NOT IN ('PRESENT', 'LATE'), true)
              OR m.kind = 'corrected' AND mark.status = 'ABSENT'
            THEN 'corrected'
            WHEN m.kind = 'absent' AND {explained_in_sql("m.student_id", "m.date", "m.slot")}
            THEN 'explained'
            WHEN m.kind = 'corrected' AND NOT EXISTS (
                SELECT FROM message said
                WHERE said.school_id = m.school_id AND said.student_id = m.student_id
                  AND said.date = m.date AND said.slot = m.slot AND said.channel = m.channel
                  AND said.guardian_id = m.guardian_id AND said.kind = 'absent'
                  AND said.again = m.again
                  AND said.state IN ('sending', 'sent', 'delivered', 'unknown'))
            THEN 'never_said'
        END AS reason
        FROM message m
        JOIN person adult ON adult.school_id = m.school_id AND adult.id = m.guardian_id
        JOIN attendance_settings rules ON rules.school_id = m.school_id
        LEFT JOIN guardianship g ON g.school_id = m.school_id AND g.student_id = m.student_id
         AND g.guardian_id = m.guardian_id
        LEFT JOIN student_attendance mark ON mark.school_id = m.school_id
         AND mark.student_id = m.student_id AND mark.date = m.date AND mark.slot = m.slot
        WHERE m.school_id = :school AND m.state = 'waiting' AND m.due_at <= :moment
          AND (CAST(:ids AS uuid[]) IS NULL OR m.id = ANY(:ids)))
    UPDATE message m SET state = 'cancelled', reason = due.reason, settled_at = :moment
    FROM due
    WHERE m.school_id = :school AND m.id = due.id AND m.state = 'waiting'
      AND due.reason IS NOT NULL""")  # noqa: S608 - our own columns


def clear_for_sending(moment: dt.datetime) -> None:
    """Of what is due in the school in force, cancel what is not right any more, and hold what
    looks so wrong that a person has to see it."""
    _cancel_wrong(moment, None)
    hold_what_looks_wrong(messages_leaving(moment))


def clear_once_more(ids: Sequence[UUID], moment: dt.datetime) -> None:
    """Right before these leave: much may have happened since all of them were looked at."""
    _cancel_wrong(moment, list(ids))


def _cancel_wrong(moment: dt.datetime, ids: list[UUID] | None) -> None:
    asked = {"school": current_school_id(), "moment": moment, "ids": ids}
    db.session.execute(_cancel, asked)
