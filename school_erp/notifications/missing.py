"""Who is asked for a register that nobody has begun."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import text

from school_erp.attendance.happenings import RegistersMissed, RegistersMissedLong
from school_erp.core.clock import now
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.notifications import kinds
from school_erp.notifications.actions import notify
from school_erp.notifications.events import NOTIFICATION_READ
from school_erp.notifications.notices import Notice, where
from school_erp.people.queries.roles import holders_of
from school_erp.realtime.announcing import announce
from school_erp.realtime.rooms import USER
from school_erp.schools.roles import Role

# by the marks of its class, as whether it is asked for is decided
_begun_since = text("""
    UPDATE notification n SET read_at = :moment
    WHERE n.school_id = :school AND n.kind = :kind AND n.read_at IS NULL AND n.at >= :recent
      AND EXISTS (SELECT 1 FROM student_attendance m
                  WHERE m.school_id = n.school_id
                    AND m.section_id = CAST(n.facts ->> 'section_id' AS uuid)
                    AND m.date = CAST(n.facts ->> 'date' AS date)
                    AND m.slot = CAST(n.facts ->> 'slot' AS smallint))
    RETURNING n.id, n.person_id""")
RECENT = dt.timedelta(days=2)


def remind_takers(missed: RegistersMissed) -> None:
    notify(list(_to_takers(missed)))


def tell_office(missed: RegistersMissedLong) -> None:
    """One line for all of a slot, however many are missing."""
    day = missed.day.isoformat()
    notify(
        [
            Notice(
                person_id,
                kinds.REGISTERS_MISSING,
                f"missing:{day}:{slot}",
                {"date": day, "slot": slot, "registers": registers},
            )
            for person_id in whoever_runs_the_office()
            for slot, registers in missed.by_slot.items()
        ]
    )


def stop_asking_for_what_is_begun() -> None:
    """Nobody need read any more that a register waits once it does not."""
    moment = now()
    asked = {"school": current_school_id(), "kind": kinds.REGISTER_MISSING, "moment": moment}
    for row in db.session.execute(_begun_since, asked | {"recent": moment - RECENT}).all():
        payload = {"notification_id": str(row.id)}
        announce(NOTIFICATION_READ, [USER.of(row.person_id)], payload)


def whoever_runs_the_office() -> list[UUID]:
    """Where a school has no officers, its administrators do their work."""
    officers = db.session.scalars(holders_of(Role.OFFICER).distinct()).all()
    return list(officers or db.session.scalars(holders_of(Role.ADMIN).distinct()))


def _to_takers(missed: RegistersMissed) -> Iterator[Notice]:
    for register in missed.registers:
        facts = where(register.section_id, missed.day, register.slot)
        about = f"missing:{register.section_id}:{missed.day}:{register.slot}"
        for person_id in register.takers:
            yield Notice(person_id, kinds.REGISTER_MISSING, about, facts)
