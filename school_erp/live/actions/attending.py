"""Joining and checking in, of however many students at once: one look, one judgement, one write.

Who is refused is told so and holds up nobody else. Marks go through the one way in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from school_erp.attendance.actions.marking import mark
from school_erp.attendance.marking import Answer, Marker, Marking, Record, Speaker
from school_erp.attendance.vocabulary import Source
from school_erp.core.clock import now
from school_erp.core.errors import ApplicationError, NotFound
from school_erp.live.actions.announcing import announce_check_ins
from school_erp.live.actions.proving import prove
from school_erp.live.actions.tallying import count_in
from school_erp.live.actions.telling import rooms_of
from school_erp.live.actions.writing import write_check_ins, write_joins
from school_erp.live.arrivals import Admission, Arrival, Attempt, Session, Standing
from school_erp.live.errors import refused
from school_erp.live.pulse import tell_soon
from school_erp.live.queries.counts import Recent
from school_erp.live.queries.sessions import sessions_to_attend
from school_erp.live.queries.standing import (
    Sighting,
    last_seen,
    offline_grace_hours,
    standing_of,
)
from school_erp.live.rules.admitting import (
    fault_of_checking_in,
    fault_of_joining,
    flags_of,
    metres_away,
    status_when_seen,
)
from school_erp.live.rules.places import is_too_fast
from school_erp.live.vocabulary import Flag
from school_erp.schools.roles import Role

REASON = "live check-in"
# a device that was seen longer ago says nothing of how somebody travelled
SEEN_WITHIN = dt.timedelta(hours=6)

Told = Arrival | ApplicationError


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was looked up once for all of them."""

    sessions: Mapping[UUID, Session]
    standing: Mapping[UUID, Sequence[Standing]]
    sightings: Mapping[UUID, Sighting]
    grace_hours: int
    moment: dt.datetime


def attend(school_id: UUID, live_id: UUID, attempts: Sequence[Attempt]) -> list[Told]:
    """Answers each, in their order. What one student sends twice is done one after the other."""
    sessions = sessions_to_attend(school_id, live_id)
    if not sessions:
        return [NotFound() for _attempt in attempts]
    told: dict[int, Told] = {}
    for turn in _turns(attempts):
        told |= zip(turn, _settle_turn(sessions, live_id, list(turn.values())), strict=True)
    return [told[place] for place in range(len(attempts))]


def _turns(attempts: Sequence[Attempt]) -> Iterator[dict[int, Attempt]]:
    """Attempts by their place, in each turn at most one of a student."""
    left = dict(enumerate(attempts))
    while left:
        students: dict[UUID, int] = {}
        for place, attempt in left.items():
            students.setdefault(attempt.student_id, place)
        yield {place: left.pop(place) for place in students.values()}


def _settle_turn(
    sessions: Sequence[Session], live_id: UUID, attempts: Sequence[Attempt]
) -> list[Told]:
    moment = now()
    proven = [prove(attempt, sessions[0], moment) for attempt in attempts]
    around = _look_around(sessions, proven, moment)
    judged = [_judge(attempt, live_id, around) for attempt in proven]
    done = _settle([each for found in judged if isinstance(found, list) for each in found], around)
    return [_told(found, done) for found in judged]


def _look_around(
    sessions: Sequence[Session], attempts: Sequence[Attempt], moment: dt.datetime
) -> Surroundings:
    students = list({attempt.student_id for attempt in attempts})
    located = [attempt.student_id for attempt in attempts if attempt.location is not None]
    late = any(each.scan is not None and not each.scan.holds for each in attempts)
    return Surroundings(
        sessions={session.id: session for session in sessions},
        standing=standing_of(sessions, students),
        sightings=last_seen(sessions, located, moment - SEEN_WITHIN) if located else {},
        grace_hours=offline_grace_hours(sessions[0].school_id) if late else 0,
        moment=moment,
    )


def _judge(
    attempt: Attempt, live_id: UUID, around: Surroundings
) -> list[Admission] | ApplicationError:
    """Into each session of the group on whose list the student is."""
    own = around.standing.get(attempt.student_id, ())
    if not own:
        return refused("not_enrolled")
    named = [each for each in own if each.session_id == live_id] or own
    faults = [_fault(attempt, standing, around) for standing in named]
    if all(faults):
        return refused(str(faults[0]))
    return [
        _admission(attempt, standing, around)
        for standing in own
        if _fault(attempt, standing, around) is None
    ]


def _fault(attempt: Attempt, standing: Standing, around: Surroundings) -> str | None:
    session = around.sessions[standing.session_id]
    if attempt.joins_only:
        return fault_of_joining(session, standing, around.moment)
    return fault_of_checking_in(session, standing, attempt, around.moment, around.grace_hours)


def _admission(attempt: Attempt, standing: Standing, around: Surroundings) -> Admission:
    session = around.sessions[standing.session_id]
    if attempt.joins_only:
        return Admission(session, attempt, standing)
    flags = flags_of(session, attempt) + _flags_of_speed(attempt, around)
    return Admission(session, attempt, standing, flags, metres_away(session, attempt))


def _flags_of_speed(attempt: Attempt, around: Surroundings) -> tuple[Flag, ...]:
    before, here = around.sightings.get(attempt.student_id), attempt.location
    if before is None or here is None or attempt.scan is None:
        return ()
    fast = is_too_fast(before.location, before.at, here, attempt.scan.seen_at)
    return (Flag.UNUSUAL_SPEED,) if fast else ()


Done = dict[tuple[UUID, UUID], Standing]


def _settle(admitted: Sequence[Admission], around: Surroundings) -> Done:
    """What now stands of each; whoever is missing was checked in by another request meanwhile."""
    joining = [each for each in admitted if each.attempt.joins_only and not each.standing.joined_at]
    arriving = [
        each for each in admitted if not each.attempt.joins_only and not each.standing.is_in
    ]
    done: Done = {_key(each): replace(each.standing, joined_at=around.moment) for each in joining}
    write_joins(joining, around.moment)
    # the registers are held from here on, so that whoever comes to them next finds what is stored
    marked = _mark(arriving)
    stored = write_check_ins(arriving, marked, around.sessions.keys(), around.moment)
    arrived = [each for each in arriving if _key(each) in stored.keys]
    done |= {_key(each): _as_it_stands(each, marked, around) for each in arrived}
    if stored.to_be_told:
        lines = [_line(each, done[_key(each)]) for each in arrived]
        announce_check_ins(lines, rooms_of(list(around.sessions.values())))
    count_in(joining, arrived)
    if done:
        all_told = stored.to_be_told and not joining
        tell_soon(next(iter(around.sessions.values())), pressing=not all_told)
    return done


def _key(each: Admission) -> tuple[UUID, UUID]:
    return each.session.id, each.attempt.student_id


def _line(each: Admission, stands: Standing) -> Recent:
    session = each.session
    assert stands.joined_at is not None  # noqa: S101 - whoever has arrived has joined
    return Recent(
        student_id=stands.student_id,
        session_id=session.id,
        section_id=session.section_id,
        section_name=session.section_name,
        name=stands.name,
        joined_at=stands.joined_at,
        attended_at=stands.attended_at,
        flags=each.flags,
        decision=stands.decision,
        outcome=stands.outcome,
        status=stands.status,
        minutes_late=stands.minutes_late,
    )


def _mark(arrived: Sequence[Admission]) -> Mapping[UUID, Answer]:
    """One mark for each student, whatever the number of their sessions."""
    if not arrived:
        return {}
    session = arrived[0].session
    marker = Marker(
        person_id=session.started_by,
        name=session.starter_name,
        role=session.starter_role,
        in_office=True,
        source=Source.SELF,
    )
    records = {each.attempt.student_id: _record(each) for each in reversed(arrived)}
    marking = Marking(
        session.school_id, session.date, session.slot, list(records.values()), marker, REASON
    )
    return {answer.student_id: answer for answer in mark(marking).answers}


def _record(admission: Admission) -> Record:
    seen_at, each = seen(admission), admission.standing
    status, minutes = status_when_seen(admission.session, seen_at)
    return Record(
        student_id=admission.attempt.student_id,
        section_id=admission.session.section_id,
        status=status.value,
        minutes_late=minutes,
        arrived_at=seen_at,
        marked_at=seen_at,
        said_by=Speaker(each.student_id, each.name, Role.STUDENT),
    )


def seen(admission: Admission) -> dt.datetime:
    assert admission.attempt.scan is not None  # noqa: S101 - nobody is admitted without a code
    return admission.attempt.scan.seen_at


def _as_it_stands(each: Admission, marked: Mapping[UUID, Answer], around: Surroundings) -> Standing:
    answer = marked[each.attempt.student_id]
    said = replace(
        each.standing,
        joined_at=each.standing.joined_at or around.moment,
        attended_at=around.moment,
        outcome=answer.outcome.value,
    )
    stands = answer.mark
    if stands is None:
        return said
    return replace(
        said, status=stands.status.value, code=stands.code, minutes_late=stands.minutes_late
    )


def _told(found: list[Admission] | ApplicationError, done: Done) -> Told:
    if isinstance(found, ApplicationError):
        return found
    [admission, *_others] = found
    session, standing = admission.session, admission.standing
    stands = done.get((session.id, standing.student_id))
    if stands is not None:
        return Arrival(session, stands)
    if admission.attempt.joins_only or standing.is_in:
        return Arrival(session, standing, already=True)
    return _overtaken(admission)


def _overtaken(admission: Admission) -> Told:
    """Another process stored the same check-in between our look and our write."""
    session = admission.session
    if session.single_use:
        return refused("claim_used")
    student_id = admission.standing.student_id
    [standing] = standing_of([session], [student_id])[student_id]
    return Arrival(session, standing, already=True)
