"""The last marks of the registers of these days, in Redis, so that a class is read at once.

A register's marks stand in one hash with the register's version. Every change of a mark moves that
version on, in the database and in its transaction; so marks are right if and only if their version
is the one that the database tells when it is asked, and who reads asks it in the same statement
that reads the rest (`queries/roster.py`). What was lost or came late can therefore be useless,
but never be shown.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from flask import Flask, current_app
from redis import Redis, RedisError

from school_erp.attendance.marking import Mark
from school_erp.attendance.queries.ground import Place
from school_erp.attendance.vocabulary import Source, Status
from school_erp.core.alike import Alike
from school_erp.core.clock import now
from school_erp.core.once_for import OnceFor

log = structlog.get_logger(__name__)

KEPT_SECONDS = 3600
# after a failure nobody waits for Redis for a while
PAUSE_SECONDS = 5.0
_VERSION = "version"

# One step of each register: only on top of the very version that it was made on. A register that
# was never marked has version 0, and no marks to know.
_FOLLOW = """
for n, key in ipairs(KEYS) do
  local step = cjson.decode(ARGV[n + 1])
  local known = redis.call('HGET', key, 'version') or '0'
  if tonumber(known) == step.version - 1 then
    local put, gone = {'version', step.version}, {}
    for i, id in ipairs(step.ids) do
      local mark = step.said[step.alike[i] + 1]
      if mark == '' then table.insert(gone, id)
      else table.insert(put, id); table.insert(put, mark) end
    end
    if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
    redis.call('HSET', key, unpack(put))
    redis.call('EXPIRE', key, ARGV[1])
  elseif tonumber(known) <= step.version then
    redis.call('DEL', key)
  end
end"""

# all that was read of a register, unless something newer is known by now
_KEEP = """
local known = redis.call('HGET', KEYS[1], 'version')
if known and tonumber(known) >= tonumber(ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'version', ARGV[1], unpack(ARGV, 3))
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1"""


@dataclass(frozen=True, slots=True)
class Known:
    """Marks of a register as they were at a version of it; or nothing."""

    version: int | None
    marks: Mapping[UUID, Mark]


NOTHING = Known(None, {})


@dataclass(frozen=True, slots=True)
class Step:
    """What one change made of a register's marks: those that now stand in it, or no longer do."""

    section_id: UUID
    version: int
    marks: Mapping[UUID, Mark | None]


class LastMarks:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._follow = redis.register_script(_FOLLOW)
        self._pause_until = float("-inf")

    def recall(self, place: Place, section_id: UUID) -> Known:
        found = self._try(lambda: self._redis.hgetall(_key(place, section_id)))
        if not found:
            return NOTHING
        version = int(found.pop(_VERSION.encode()))
        return Known(version, {UUID(who.decode()): _read(mark) for who, mark in found.items()})

    def follow(self, place: Place, steps: Iterable[Step]) -> None:
        """However many registers, in one round trip."""
        taken = list(steps)
        keys = [_key(place, step.section_id) for step in taken]
        said = [str(KEPT_SECONDS), *map(_told, taken)]
        if keys:
            self._try(lambda: self._follow(keys, said, client=self._redis))

    def keep(self, place: Place, section_id: UUID, known: Known) -> None:
        arguments = (str(known.version), str(KEPT_SECONDS), *_flat(known.marks))
        self._try(lambda: self._redis.eval(_KEEP, 1, _key(place, section_id), *arguments))

    def _try(self, ask: Any) -> Any:
        """The database answers as well, so that Redis is away is no fault of anybody's."""
        if time.monotonic() < self._pause_until:
            return None
        try:
            return ask()
        except RedisError as fault:
            log.info("last_marks_away", why=type(fault).__name__)
            self._pause_until = time.monotonic() + PAUSE_SECONDS
            return None


def init_app(app: Flask) -> None:
    app.extensions["last_marks"] = LastMarks(app.extensions["redis"])


def last_marks() -> LastMarks:
    found: LastMarks = current_app.extensions["last_marks"]
    return found


def is_of_these_days(day: dt.date) -> bool:
    """Today, wherever on earth the school is."""
    return abs(day - now().date()) <= dt.timedelta(days=1)


def _key(place: Place, section_id: UUID) -> str:
    return f"erp:marks:{place.school_id}:{section_id}:{place.day.isoformat()}:{place.slot}"


def _told(step: Step) -> str:
    """Blank where a mark no longer stands."""
    marks = Alike[str]()
    for student_id, mark in step.marks.items():
        marks.add(student_id, id(mark), partial(_written_if_any, mark))
    return json.dumps({"version": step.version, **marks.document()})


def _written_if_any(mark: Mark | None) -> str:
    return _written(mark) if mark else ""


def _flat(marks: Mapping[UUID, Mark]) -> list[str]:
    """Student by student."""
    once = OnceFor(_written)
    return [part for who, mark in marks.items() for part in (str(who), once(mark))]


def _written(mark: Mark) -> str:
    return json.dumps(
        [
            *(mark.status.value, mark.code, mark.minutes_late, mark.remarks),
            *(int(mark.source), mark.version, str(mark.section_id)),
            str(mark.marked_by) if mark.marked_by else None,
            _moment(mark.marked_at),
            _moment(mark.arrived_at) if mark.arrived_at else None,
        ]
    )


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat()


def _read(written: bytes) -> Mark:
    status, code, minutes, remarks, source, version, section, by, at, arrived = json.loads(written)
    return Mark(
        status=Status(status),
        code=code,
        minutes_late=minutes,
        remarks=remarks,
        source=Source(source),
        version=version,
        section_id=UUID(section),
        marked_by=UUID(by) if by else None,
        marked_at=dt.datetime.fromisoformat(at),
        arrived_at=dt.datetime.fromisoformat(arrived) if arrived else None,
    )
