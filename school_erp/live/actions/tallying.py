from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from school_erp.core.unit_of_work import after_commit
from school_erp.live.arrivals import Admission, Session
from school_erp.live.tallies import Board, Members, tallies


def boards_of(session: Session) -> list[Board]:
    """The session's own, and that of the group in which a student is counted once."""
    ids = dict.fromkeys((session.id, session.code_id))
    return [Board(session.school_id, live_id, session.ends_at) for live_id in ids]


def count_in(joined: Sequence[Admission], arrived: Sequence[Admission]) -> None:
    """As soon as it is stored."""
    here: defaultdict[Board, set[str]] = defaultdict(set)
    there: defaultdict[Board, set[str]] = defaultdict(set)
    for each in (*joined, *arrived):
        for board in boards_of(each.session):
            here[board].add(str(each.attempt.student_id))
    for each in arrived:
        for board in boards_of(each.session):
            there[board].add(str(each.attempt.student_id))
    told = [
        (board, Members(frozenset(ids), frozenset(there[board]))) for board, ids in here.items()
    ]
    if told:
        after_commit(partial(tallies().add, told))


def count_anew(session: Session) -> None:
    after_commit(partial(tallies().drop, boards_of(session)))
