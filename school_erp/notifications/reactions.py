"""Why somebody is told something: what other packages say has happened, and to whom it matters.

Each reaction runs in the transaction of what happened. Of marks there may be hundreds in it, so
nothing is asked of the database unless somebody has to be told.
"""

from __future__ import annotations

from collections.abc import Iterator

from school_erp.absences.happenings import AbsenceDecided
from school_erp.absences.vocabulary import State
from school_erp.academics.happenings import CoverGiven, Covering, CoverWithdrawn
from school_erp.attendance.happenings import (
    MarksMade,
    RegisterReopened,
    RegistersMissed,
    RegistersMissedLong,
)
from school_erp.attendance.vocabulary import RegisterState
from school_erp.core.happenings import Reactions
from school_erp.escalation.happenings import Escalated
from school_erp.jobs.happenings import JobEnded
from school_erp.messages.actions.answering import silence, tell_of_refusal
from school_erp.messages.actions.following import turns_of
from school_erp.messages.happenings import HoldEnded, MessagesHeld
from school_erp.notifications import kinds
from school_erp.notifications.actions import notify, stop_telling
from school_erp.notifications.escalating import tell_of_escalations
from school_erp.notifications.families import tell_families
from school_erp.notifications.missing import remind_takers, tell_office, whoever_runs_the_office
from school_erp.notifications.notices import Notice, where
from school_erp.schools.queries import today_here

NOT_STORED = ("kept", "conflict", "rejected")


def tell_of_marks(made: MarksMade) -> None:
    turns = turns_of(made)
    if turns:
        tell_families(made, turns)
    notify(list(_to_who_took_them(made)))


def tell_of_reopening(reopened: RegisterReopened) -> None:
    register, marker = reopened.register, reopened.marker
    if register.taken_by is None or register.taken_by == marker.person_id:
        return
    facts = where(register.section_id, register.date, register.slot) | {"by": marker.name}
    about = f"reopened:{register.section_id}:{register.date}:{register.slot}"
    notify([Notice(register.taken_by, kinds.REGISTER_REOPENED, about, facts)])


def tell_of_cover(given: CoverGiven) -> None:
    _tell_who_covers(given.covering, kinds.COVER_GIVEN)


def tell_of_withdrawal(withdrawn: CoverWithdrawn) -> None:
    _tell_who_covers(withdrawn.covering, kinds.COVER_WITHDRAWN)


def tell_of_job(ended: JobEnded) -> None:
    """Stopping it is somebody's own doing, and who waits for the answer has it."""
    job = ended.job
    kind = {"done": kinds.JOB_DONE, "failed": kinds.JOB_FAILED}.get(ended.state)
    if kind is None or job.requested_by is None or job.is_awaited:
        return
    left = sum(ended.counts.get(outcome, 0) for outcome in NOT_STORED)
    facts = {"job_id": str(job.lease.job_id), "job_kind": job.kind, "left": left}
    notify([Notice(job.requested_by, kind, f"job:{job.lease.job_id}", facts)])


def tell_of_absence(decided: AbsenceDecided) -> None:
    """Whoever told the school of it, where somebody else decided."""
    absence = decided.absence
    if absence.state == State.ACCEPTED:
        silence(absence)
    elif absence.state == State.REFUSED:
        tell_of_refusal(absence)
    kind = {
        State.ACCEPTED.value: kinds.ABSENCE_ACCEPTED,
        State.REFUSED.value: kinds.ABSENCE_REFUSED,
    }.get(absence.state)
    if kind is None or absence.asked_by in {None, decided.teller.person_id}:
        return
    facts = {
        "absence_id": str(absence.id),
        "student_id": str(absence.student_id),
        "date": absence.starts_on.isoformat(),
        "slot": None,
    }
    notify([Notice(absence.asked_by, kind, f"absence:{absence.id}", facts)])


def tell_of_hold(held: MessagesHeld) -> None:
    """One line a hold, however many join it."""
    facts = {
        "hold_id": str(held.hold_id),
        "section_id": str(held.section_id) if held.section_id else None,
        "date": held.date.isoformat(),
        "slot": held.slot,
    }
    about = f"hold:{held.hold_id}"
    notify(
        [
            Notice(person_id, kinds.MESSAGES_HELD, about, facts)
            for person_id in whoever_runs_the_office()
        ]
    )


def tell_no_more_of_hold(ended: HoldEnded) -> None:
    stop_telling(f"hold:{ended.hold_id}")


def _to_who_took_them(made: MarksMade) -> Iterator[Notice]:
    """A register that is still being taken is everybody's."""
    place = made.place
    for register in made.registers:
        if register.state == RegisterState.OPEN:
            continue
        if register.taken_by in (None, made.marker.person_id):
            continue
        facts = where(register.section_id, place.day, place.slot) | {"by": made.marker.name}
        about = f"marks:{register.section_id}:{place.day}:{place.slot}"
        yield Notice(register.taken_by, kinds.MARKS_CHANGED, about, facts)


def _tell_who_covers(covering: Covering, kind: str) -> None:
    """What is over is no news."""
    if covering.date < today_here():
        return
    facts = where(covering.section_id, covering.date, covering.slot)
    notify([Notice(covering.person_id, kind, f"cover:{covering.cover_id}", facts)])


REACTIONS: Reactions = {
    MessagesHeld: tell_of_hold,
    HoldEnded: tell_no_more_of_hold,
    MarksMade: tell_of_marks,
    RegisterReopened: tell_of_reopening,
    Escalated: tell_of_escalations,
    RegistersMissed: remind_takers,
    RegistersMissedLong: tell_office,
    CoverGiven: tell_of_cover,
    CoverWithdrawn: tell_of_withdrawal,
    JobEnded: tell_of_job,
    AbsenceDecided: tell_of_absence,
}
