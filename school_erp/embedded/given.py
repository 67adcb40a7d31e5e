"""Servers an operator gave us: can they be reached, and are they new enough?"""

from __future__ import annotations

from urllib.parse import urlsplit

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from school_erp.embedded.errors import ServerUnusable

POSTGRES_AT_LEAST = 15
REDIS_AT_LEAST = (6, 2)
SECONDS = 5


def check_database(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=SECONDS) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as fault:
        raise ServerUnusable(
            f"The PostgreSQL that DATABASE_URL names ({_place(url)}) does not let us in: "
            f"{_first_line(fault, url)}"
        ) from None
    if version < POSTGRES_AT_LEAST:
        raise ServerUnusable(
            f"The PostgreSQL that DATABASE_URL names ({_place(url)}) is version {version}; "
            f"{POSTGRES_AT_LEAST} or newer is needed."
        )


def check_redis(url: str) -> None:
    try:
        version = _version_of_redis(url)
    except redis.RedisError as fault:
        raise _no_entry(fault, url) from None
    _refuse_old_redis(version, url)


def check_redis_if_it_answers(url: str) -> None:
    """It may be away at any moment, also while a process starts."""
    try:
        version = _version_of_redis(url)
    except redis.RedisError:
        return
    _refuse_old_redis(version, url)


def _version_of_redis(url: str) -> str:
    # the older protocol, which one that is too old speaks as well
    options = {"protocol": 2, "socket_connect_timeout": SECONDS, "socket_timeout": SECONDS}
    try:
        connection = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), **options)
    except ValueError as fault:
        raise _no_entry(fault, url) from None
    with connection:
        return str(connection.info("server")["redis_version"])


def _no_entry(fault: Exception, url: str) -> ServerUnusable:
    return ServerUnusable(
        f"The Redis that REDIS_URL names ({_place(url)}) does not let us in: "
        f"{_first_line(fault, url)}"
    )


def _refuse_old_redis(version: str, url: str) -> None:
    if tuple(int(part) for part in version.split(".")[:2]) < REDIS_AT_LEAST:
        raise ServerUnusable(
            f"The Redis that REDIS_URL names ({_place(url)}) is version {version}; "
            f"6.2 or newer, or Valkey, is needed."
        )


def _place(url: str) -> str:
    """The address without who signs in and how."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}"


def _first_line(fault: Exception, url: str) -> str:
    """A fault may quote the address, password and all."""
    line = next(iter(str(fault).strip().splitlines()), type(fault).__name__)
    return line.replace(url, _place(url))
