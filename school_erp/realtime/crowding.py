"""How many sockets a person and an address have open, in all processes together.

Each socket is a member of a sorted set in Redis with the time until which it counts, renewed while
it is open: what a killed process leaves behind is gone in a minute and a half.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import current_app
from redis import Redis, RedisError

from school_erp.core.clock import now
from school_erp.realtime.errors import TooManySockets
from school_erp.realtime.sockets import Socket, sockets_here

COUNTED_SECONDS = 90


def find_room_for(socket: Socket) -> None:
    """Count it, or refuse it where there are too many already."""
    limits = _limits_of(socket)
    try:
        counts = _count(_redis(), socket.sid, limits)
    except RedisError:
        counts = [_count_here(key) + 1 for key in limits]
    if any(count > most for count, most in zip(counts, limits.values(), strict=True)):
        let_go_of(socket)
        raise TooManySockets


def renew(sockets: Iterable[Socket]) -> None:
    until = now().timestamp() + COUNTED_SECONDS
    with _redis().pipeline(transaction=False) as pipeline:
        for socket in sockets:
            for key in _limits_of(socket):
                pipeline.zadd(key, {socket.sid: until})
                pipeline.expire(key, COUNTED_SECONDS)
        pipeline.execute()


def let_go_of(socket: Socket) -> None:
    """If Redis is away, its place is free again when its time is over."""
    try:
        with _redis().pipeline(transaction=False) as pipeline:
            for key in _limits_of(socket):
                pipeline.zrem(key, socket.sid)
            pipeline.execute()
    except RedisError:
        return


def _count(redis: Redis, sid: str, limits: Mapping[str, int]) -> list[int]:
    moment = now().timestamp()
    with redis.pipeline(transaction=False) as pipeline:
        for key in limits:
            pipeline.zremrangebyscore(key, "-inf", moment)
            pipeline.zadd(key, {sid: moment + COUNTED_SECONDS})
            pipeline.expire(key, COUNTED_SECONDS)
            pipeline.zcard(key)
        return [int(count) for count in pipeline.execute()[3::4]]


def _count_here(key: str) -> int:
    return sum(key in _limits_of(socket) for socket in list(sockets_here().values()))


def _limits_of(socket: Socket) -> dict[str, int]:
    settings, actor = current_app.config, socket.actor
    return {
        f"erp:sockets:{actor.school_id}:{actor.id}": settings["SOCKETS_PER_PERSON"],
        f"erp:sockets:{socket.address}": settings["SOCKETS_PER_ADDRESS"],
    }


def _redis() -> Redis:
    found: Redis = current_app.extensions["redis"]
    return found
