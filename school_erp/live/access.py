from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from uuid import UUID

from school_erp.academics.access import teaches
from school_erp.attendance.access import oneself, sees_every_class, taught_only_by
from school_erp.attendance.errors import refusal
from school_erp.attendance.queries import ground
from school_erp.attendance.queries.ground import Place, SectionGround
from school_erp.attendance.queries.rulebook import Rulebook, rulebook_for
from school_erp.attendance.vocabulary import RegisterState
from school_erp.core.access import Actor
from school_erp.core.errors import Forbidden, NotFound
from school_erp.live.arrivals import Session
from school_erp.live.errors import CannotStart, refused
from school_erp.live.queries.sessions import is_on_list, sessions_at, sessions_to_change
from school_erp.schools.roles import OFFICE, Role, anyone_who_is


class Permission(StrEnum):
    RUN = "live:session:run"
    ATTEND = "live:session:attend"


POLICY = {
    # of one's classes: `sessions_to_run`
    Permission.RUN: anyone_who_is(*OFFICE, Role.TEACHER),
    # of the classes one is in: `session_to_attend`
    Permission.ATTEND: anyone_who_is(Role.STUDENT),
}


def sessions_to_run(actor: Actor, live_id: UUID) -> Sequence[Session]:
    """A session, or those of a group: the office's, the starter's, or those of one's classes."""
    return _own(actor, sessions_at(actor.school_id, live_id))


def sessions_to_steer(actor: Actor, live_id: UUID) -> Sequence[Session]:
    """The same, held until the transaction ends."""
    return _own(actor, sessions_to_change(actor.school_id, live_id))


def _own(actor: Actor, found: Sequence[Session]) -> Sequence[Session]:
    if not found:
        raise NotFound
    if not (sees_every_class(actor) or all(_is_own(actor, session) for session in found)):
        raise Forbidden
    return found


def _is_own(actor: Actor, session: Session) -> bool:
    if actor.person_id is not None and session.started_by == actor.person_id:
        return True
    return teaches(actor, session.section_id, session.date, session.slot)


def session_to_attend(actor: Actor, live_id: UUID) -> tuple[Session, UUID]:
    """One on whose list the student is; of a group, the one of their class."""
    student_id = oneself(actor)
    found = sessions_at(actor.school_id, live_id, with_siblings=True)
    if not found:
        raise NotFound
    own = next((each for each in found if is_on_list(each, student_id)), None)
    if own is None:
        raise refused("not_enrolled")
    return own, student_id


def sections_to_start(
    actor: Actor, place: Place, section_ids: Sequence[UUID]
) -> tuple[Sequence[SectionGround], Rulebook]:
    """One's classes, where they can be marked here and now."""
    found = ground.sections(place, section_ids, actor.person_id)
    if len(found) < len(set(section_ids)):
        raise NotFound
    if not (sees_every_class(actor) or all(each.taught for each in found.values())):
        raise Forbidden
    rules = rulebook_for(place)
    registers = ground.registers(place, section_ids)
    locked = any(each.state is RegisterState.LOCKED for each in registers.values())
    for fault in _faults(place, list(found.values()), rules, locked=locked):
        raise CannotStart(refusal(fault).message, code=fault)
    return [found[section_id] for section_id in dict.fromkeys(section_ids)], rules


def _faults(
    place: Place, sections: Sequence[SectionGround], rules: Rulebook, *, locked: bool
) -> Iterator[str]:
    if rules.closed_because is not None:
        yield "closed_day"
    if not (rules.in_session and all(each.in_session for each in sections)):
        yield "no_session"
    if not all(rules.has_slot(place.slot, each) for each in sections):
        yield "unknown_slot"
    if locked:
        yield "register_locked"


def runs_for(actor: Actor) -> UUID | None:
    """Whose sessions a list is narrowed to; nobody's, for those who see all."""
    return taught_only_by(actor)
