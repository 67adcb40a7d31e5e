"""What a teacher does with sessions that run. Done twice, it is done once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from school_erp.core.clock import now
from school_erp.extensions import db
from school_erp.live.actions.announcing import announce_status
from school_erp.live.arrivals import Session
from school_erp.live.errors import SessionOver
from school_erp.live.models import LiveSession
from school_erp.live.vocabulary import State


def show_code(sessions: Sequence[Session], *, shown: bool) -> Sequence[Session]:
    return _change(sessions, {"qr_visible": shown})


def lock(sessions: Sequence[Session], *, locked: bool) -> Sequence[Session]:
    """Nobody new comes in; who has joined can still check in."""
    return _change(sessions, {"locked": locked})


def pause(sessions: Sequence[Session], *, paused: bool) -> Sequence[Session]:
    """Students may join meanwhile, but not check in."""
    return _change(sessions, {"state": State.PAUSED if paused else State.RUNNING})


def _change(sessions: Sequence[Session], values: dict[str, Any]) -> Sequence[Session]:
    moment = now()
    open_ones = [each for each in sessions if each.state_at(moment) is not State.ENDED]
    if not open_ones:
        raise SessionOver
    return apply(
        [
            each
            for each in open_ones
            if any(getattr(each, name) != to for name, to in values.items())
        ],
        values,
        of=sessions,
    )


def apply(
    changing: Sequence[Session], values: dict[str, Any], *, of: Sequence[Session]
) -> Sequence[Session]:
    """Answers all of them as they now are; tells of those that changed."""
    if not changing:
        return of
    ids = [each.id for each in changing]
    school_id = changing[0].school_id
    db.session.execute(
        update(LiveSession)
        .where(LiveSession.school_id == school_id, LiveSession.id.in_(ids))
        .values(**values)
    )
    now_are = {each.id: replace(each, **values) for each in changing}
    announce_status(list(now_are.values()))
    return [now_are.get(each.id, each) for each in of]
