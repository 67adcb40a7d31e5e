"""Who has joined and who is there, as sets in Redis: quick to count, and never the truth.

The rows are the truth. A set counts only while it is known to be whole: from when it was made of
the rows, on the server that holds it now, until somebody failed to tell it something. Anything
else is answered from the rows, and makes the set anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from flask import current_app
from redis import Redis, RedisError

log = structlog.get_logger(__name__)

KEPT_AFTER_END = dt.timedelta(days=1)

_SERVER = "local server = redis.call('INFO', 'server'):match('run_id:(%x+)')"

# joined, attended, whole, generation
_READ = f"""
    {_SERVER}
    if redis.call('GET', KEYS[3]) ~= server then return false end
    return {{redis.call('SCARD', KEYS[1]), redis.call('SCARD', KEYS[2])}}"""
_FILL = """
    local place = 2
    for _, key in ipairs(KEYS) do
        local many = tonumber(ARGV[place])
        redis.call('SADD', key, unpack(ARGV, place + 1, place + many))
        redis.call('EXPIREAT', key, ARGV[1])
        place = place + many + 1
    end"""
_MAKE = f"""
    {_SERVER}
    if redis.call('GET', KEYS[4]) ~= ARGV[1] then return 0 end
    local joined = tonumber(ARGV[3])
    for place = 4, #ARGV do
        redis.call('SADD', place <= joined + 3 and KEYS[1] or KEYS[2], ARGV[place])
    end
    redis.call('EXPIREAT', KEYS[1], ARGV[2])
    redis.call('EXPIREAT', KEYS[2], ARGV[2])
    redis.call('SET', KEYS[3], server, 'EXAT', ARGV[2])
    return 1"""
_DROP = """
    redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
    local generation = redis.call('INCR', KEYS[4])
    redis.call('EXPIREAT', KEYS[4], ARGV[1])
    return generation"""


@dataclass(frozen=True, slots=True)
class Members:
    """Of a session, or of a group, in which a student is once."""

    joined: frozenset[str]
    attended: frozenset[str]

    def __or__(self, more: Members) -> Members:
        return Members(self.joined | more.joined, self.attended | more.attended)


@dataclass(frozen=True, slots=True)
class Tally:
    joined: int
    attended: int


@dataclass(frozen=True, slots=True)
class Board:
    """The sets of one session or group."""

    school_id: UUID
    live_id: UUID
    ends_at: dt.datetime

    @property
    def keys(self) -> list[str]:
        stem = f"erp:live:{self.school_id}:{self.live_id}"
        return [f"{stem}:{part}" for part in ("joined", "attended", "whole", "generation")]

    @property
    def expires_at(self) -> int:
        return int((self.ends_at + KEPT_AFTER_END).timestamp())


class Tallies:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._read = redis.register_script(_READ)
        self._fill = redis.register_script(_FILL)
        self._make = redis.register_script(_MAKE)
        self._drop = redis.register_script(_DROP)
        # boards to which this process had something to say that did not arrive
        self._doubted: dict[UUID, Board] = {}

    def count(self, board: Board, look_up: Callable[[], Members]) -> Tally:
        """The same from the sets as from the rows."""
        try:
            self._settle_doubts()
            found = self._read(board.keys, client=self._redis)
            return Tally(*found) if found else self._make_anew(board, look_up)
        except RedisError as fault:
            log.warning("tally_without_redis", why=type(fault).__name__)
            return _tally(look_up())

    def add(self, told: Sequence[tuple[Board, Members]]) -> None:
        """What is stored now, in one round trip."""
        sets = [
            (key, ids)
            for board, members in told
            for key, ids in zip(board.keys, (members.joined, members.attended), strict=False)
            if ids
        ]
        said: list[str | int] = [max(board.expires_at for board, _members in told)]
        for _key, ids in sets:
            said += [len(ids), *ids]
        try:
            self._fill([key for key, _ids in sets], said, client=self._redis)
        except RedisError as fault:
            self._doubt([board for board, _members in told], fault)

    def drop(self, boards: Sequence[Board]) -> None:
        """Have them made anew when they are next asked for."""
        try:
            for board in boards:
                self._drop(board.keys, [board.expires_at], client=self._redis)
        except RedisError as fault:
            self._doubt(boards, fault)

    def _doubt(self, boards: Sequence[Board], fault: RedisError) -> None:
        log.warning("tally_not_told", why=type(fault).__name__)
        self._doubted |= {board.live_id: board for board in boards}

    def _settle_doubts(self) -> None:
        for board in list(self._doubted.values()):
            self._drop(board.keys, [board.expires_at], client=self._redis)
            self._doubted.pop(board.live_id, None)

    def _make_anew(self, board: Board, look_up: Callable[[], Members]) -> Tally:
        """Whoever checks in meanwhile adds themselves; whoever is taken out makes this void."""
        generation = self._drop(board.keys, [board.expires_at], client=self._redis)
        members = look_up()
        said: list[str | int] = [generation, board.expires_at, len(members.joined)]
        self._make(board.keys, [*said, *members.joined, *members.attended], client=self._redis)
        return _tally(members)


def tallies() -> Tallies:
    extensions = current_app.extensions
    found: Tallies = extensions.setdefault("tallies", Tallies(extensions["redis"]))
    return found


def _tally(members: Members) -> Tally:
    return Tally(len(members.joined), len(members.attended))
