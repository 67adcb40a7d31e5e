"""Who is asked for a register that nobody has begun."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from school_erp.attendance.happenings import RegistersMissed, RegistersMissedLong
from school_erp.extensions import db
from school_erp.notifications import kinds
from school_erp.notifications.actions import notify
from school_erp.notifications.notices import Notice, where
from school_erp.people.queries.roles import holders_of
from school_erp.schools.roles import Role


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
