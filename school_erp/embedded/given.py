"""Servers an operator gave us: can they be reached, and are they new enough?"""

from __future__ import annotations

from urllib.parse import urlsplit

import psycopg
import redis

from school_erp.embedded.errors import ServerUnusable

POSTGRES_AT_LEAST = 15
REDIS_AT_LEAST = (6, 2)
SECONDS = 5


def check_database(url: str, setting: str = "DATABASE_URL") -> None:
    try:
        with psycopg.connect(url, connect_timeout=SECONDS) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as fault:
        raise ServerUnusable(
            f"The PostgreSQL that {setting} names ({_place(url)}) does not let us in: "
            f"{_first_line(fault, url)}"
        ) from None
    if version < POSTGRES_AT_LEAST:
        raise ServerUnusable(
            f"The PostgreSQL that {setting} names ({_place(url)}) is version {version}; "
            f"{POSTGRES_AT_LEAST} or newer is needed."
        )


def check_redis(url: str, setting: str = "REDIS_URL") -> None:
    try:
        # the older protocol, which one that is too old speaks as well
        with redis.Redis.from_url(
            url, protocol=2, socket_connect_timeout=SECONDS, socket_timeout=SECONDS
        ) as connection:
            version = str(connection.info("server")["redis_version"])
    except (redis.RedisError, ValueError) as fault:
        raise ServerUnusable(
            f"The Redis that {setting} names ({_place(url)}) does not let us in: "
            f"{_first_line(fault, url)}"
        ) from None
    if tuple(int(part) for part in version.split(".")[:2]) < REDIS_AT_LEAST:
        raise ServerUnusable(
            f"The Redis that {setting} names ({_place(url)}) is version {version}; "
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
