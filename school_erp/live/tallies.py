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
# names, lists and marks may change without a word here: no later than watchers are told of counts
ANSWER_HOLDS_MS = 250

_SERVER = "local server = redis.call('INFO', 'server'):match('run_id:(%x+)')"

# joined, attended, whole, generation
_READ = f"""
    {_SERVER}
    if redis.call('GET', KEYS[3]) ~= server then return false end
    return {{redis.call('SCARD', KEYS[1]), redis.call('SCARD', KEYS[2])}}"""
_FILL = """
    local sets, place = tonumber(ARGV[2]), 3
    for at = 1, sets do
        local many = tonumber(ARGV[place])
        redis.call('SADD', KEYS[at], unpack(ARGV, place + 1, place + many))
        redis.call('EXPIREAT', KEYS[at], ARGV[1])
        place = place + many + 1
    end
    for at = sets + 1, #KEYS, 2 do
        redis.call('DEL', KEYS[at])
        redis.call('INCR', KEYS[at + 1])
        redis.call('EXPIREAT', KEYS[at + 1], ARGV[1])
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
    redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[5])
    redis.call('INCR', KEYS[6])
    redis.call('EXPIREAT', KEYS[6], ARGV[1])
    local generation = redis.call('INCR', KEYS[4])
    redis.call('EXPIREAT', KEYS[4], ARGV[1])
    return generation"""
# an answer is kept only if nobody came since it was begun
_KEEP = """
    if (redis.call('GET', KEYS[2]) or '') == ARGV[1] then
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
    end"""


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
        return [f"{stem}:{part}" for part in ("joined", "attended", "whole", "generation")] + (
            answer_keys(self.school_id, self.live_id)
        )

    @property
    def expires_at(self) -> int:
        return int((self.ends_at + KEPT_AFTER_END).timestamp())


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was written, if it still holds, and after how many changes."""

    answer: str | None
    changes: str


def answer_keys(school_id: UUID, live_id: UUID) -> list[str]:
    stem = f"erp:live:{school_id}:{live_id}"
    return [f"{stem}:answer", f"{stem}:changes"]


class Tallies:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._read = redis.register_script(_READ)
        self._fill = redis.register_script(_FILL)
        self._make = redis.register_script(_MAKE)
        self._drop = redis.register_script(_DROP)
        self._keep = redis.register_script(_KEEP)
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
        said: list[str | int] = [max(board.expires_at for board, _members in told), len(sets)]
        for _key, ids in sets:
            said += [len(ids), *ids]
        answers = [key for board, _members in told for key in board.keys[4:]]
        try:
            self._fill([*(key for key, _ids in sets), *answers], said, client=self._redis)
        except RedisError as fault:
            self._doubt([board for board, _members in told], fault)

    def drop(self, boards: Sequence[Board]) -> None:
        """Have them made anew when they are next asked for."""
        try:
            for board in boards:
                self._drop(board.keys, [board.expires_at], client=self._redis)
        except RedisError as fault:
            self._doubt(boards, fault)

    def kept(self, school_id: UUID, live_id: UUID) -> Kept | None:
        """Nothing, where Redis is away: then nothing is kept either."""
        try:
            answer, changes = self._redis.mget(answer_keys(school_id, live_id))
        except RedisError:
            return None
        return Kept(_text(answer) or None, _text(changes))

    def keep(self, school_id: UUID, live_id: UUID, since: Kept, answer: str) -> None:
        said: list[str | int] = [since.changes, answer, ANSWER_HOLDS_MS]
        try:
            self._keep(answer_keys(school_id, live_id), said, client=self._redis)
        except RedisError as fault:
            log.info("answer_not_kept", why=type(fault).__name__)

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


def _text(found: bytes | str | None) -> str:
    return found.decode() if isinstance(found, bytes) else found or ""
