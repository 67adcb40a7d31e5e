"""The calling list: a line for each child, whatever asks for attention first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from school_erp.academics.queries.overview import homerooms_of
from school_erp.calling.models import CallClaim
from school_erp.calling.queries.absentees import Absentee, Contact, contacts_of, unexplained_on
from school_erp.calling.queries.attempts import AttemptShown, attempts_on, claims_now
from school_erp.calling.rules import place_in_list, turn_of, whom_to_ring
from school_erp.calling.vocabulary import Turn
from school_erp.core.clock import now


@dataclass(frozen=True, slots=True)
class Line:
    absentee: Absentee
    homeroom: str
    contacts: Sequence[Contact]
    attempts: Sequence[AttemptShown]
    claim: CallClaim | None
    turn: Turn
    next_at: dt.datetime | None
    # whom the list says to ring next; nobody, where nobody is left
    ring: UUID | None

    @property
    def student_id(self) -> UUID:
        return self.absentee.student_id

    @property
    def latest(self) -> AttemptShown | None:
        return self.attempts[-1] if self.attempts else None

    def shares_family_with(self, other: Line) -> bool:
        """Whether one call may be about both: some adult may be told of either."""
        here, there = ({each.person_id for each in line.contacts} for line in (self, other))
        return self is not other and not here.isdisjoint(there)


def calling_list(day: dt.date) -> list[Line]:
    """In the same few statements for one child and for a hundred."""
    absentees = unexplained_on(day)
    ids = {each.student_id for each in absentees}
    contacts, attempts = contacts_of(ids), attempts_on(day, ids)
    claims, homerooms = claims_now(), homerooms_of(ids, day)
    lines = [
        _line(
            each,
            homerooms.get(each.student_id, ""),
            contacts.get(each.student_id, ()),
            attempts.get(each.student_id, ()),
            claims.get(each.student_id),
        )
        for each in absentees
    ]
    return sorted(lines, key=_place)


def of_one_family(student_id: UUID, lines: Sequence[Line]) -> list[Line]:
    """The child's line, and those of absent brothers and sisters; none, where it is explained."""
    own = next((line for line in lines if line.student_id == student_id), None)
    return [own, *filter(own.shares_family_with, lines)] if own else []


def reachable(contacts: Sequence[Contact]) -> list[UUID]:
    return [each.person_id for each in contacts if each.may_be_rung]


def counts_by_turn(lines: Sequence[Line]) -> Mapping[Turn, int]:
    return {turn: sum(1 for line in lines if line.turn is turn) for turn in Turn}


def _line(
    absentee: Absentee,
    homeroom: str,
    contacts: Sequence[Contact],
    attempts: Sequence[AttemptShown],
    claim: CallClaim | None,
) -> Line:
    left, tried = reachable(contacts), [each.tried for each in attempts]
    turn = turn_of(tried, left, now())
    return Line(
        absentee=absentee,
        homeroom=homeroom,
        contacts=contacts,
        attempts=attempts,
        claim=claim,
        turn=turn,
        next_at=tried[-1].next_at if tried and turn is Turn.WAITING else None,
        ring=None if turn is Turn.SETTLED else whom_to_ring(tried, left),
    )


def _place(line: Line) -> tuple[object, ...]:
    return place_in_list(
        line.turn,
        called_first=line.absentee.called_first,
        again=line.next_at,
        name=line.absentee.sort_name,
    )
