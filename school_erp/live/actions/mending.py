from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

import structlog

from school_erp.live.actions.tallying import boards_of
from school_erp.live.arrivals import Session
from school_erp.live.queries.counts import members_of
from school_erp.live.queries.sessions import open_since, sessions_at
from school_erp.live.tallies import Board, Tally, tallies

log = structlog.get_logger(__name__)


def mend_counts(school_id: UUID, since: dt.datetime) -> int:
    """Hold the sets against the rows, and drop those that differ; says how many did."""
    found = open_since(school_id, since)
    boards = dict.fromkeys(board for session in found for board in boards_of(session))
    wrong = [board for board in boards if _differs(board)]
    if wrong:
        log.warning("tallies_mended", count=len(wrong))
        tallies().drop(wrong)
    return len(wrong)


def _differs(board: Board) -> bool:
    """A check-in may be stored and not yet told, so it is looked at twice."""
    sessions = sessions_at(board.school_id, board.live_id)
    return all(_differs_now(board, sessions) for _look in range(2))


def _differs_now(board: Board, sessions: Sequence[Session]) -> bool:
    members = members_of(sessions)
    tally = tallies().count(board, lambda: members)
    return tally != Tally(len(members.joined), len(members.attended))
