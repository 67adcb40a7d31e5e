from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from school_erp.core.unit_of_work import after_commit
from school_erp.live.arrivals import Admission, Session
from school_erp.live.tallies import Board, Members, tallies


def boards_of(session: Session) -> list[Board]:
    """The session's own, and that of the group in which a student is counted once."""
    ids = dict.fromkeys((session.id, session.code_id))
    return [Board(session.school_id, live_id, session.ends_at) for live_id in ids]


def count_in(joined: Sequence[Admission], arrived: Sequence[Admission]) -> None:
    """As soon as it is stored."""
    sessions: dict[UUID, Session] = {}
    here: defaultdict[UUID, set[str]] = defaultdict(set)
    there: defaultdict[UUID, set[str]] = defaultdict(set)
    for each, attended in (
        *((each, False) for each in joined),
        *((each, True) for each in arrived),
    ):
        session, student = each.session, str(each.attempt.student_id)
        sessions[session.id] = session
        here[session.id].add(student)
        if attended:
            there[session.id].add(student)
    told: defaultdict[Board, Members] = defaultdict(lambda: Members(frozenset(), frozenset()))
    for session_id, session in sessions.items():
        came = Members(frozenset(here[session_id]), frozenset(there[session_id]))
        for board in boards_of(session):
            told[board] |= came
    if told:
        after_commit(partial(tallies().add, list(told.items())))


def count_anew(session: Session) -> None:
    after_commit(partial(tallies().drop, boards_of(session)))
