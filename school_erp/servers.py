"""The servers a process talks to: those the environment names, our own for those it does not."""

from __future__ import annotations

from dataclasses import replace

from config import Config
from school_erp.embedded import ensure


def with_servers(config: Config) -> Config:
    if config.database_url and config.redis_url and config.secret_key:
        return config
    own = ensure(config.var_dir)
    return replace(
        config,
        database_url=config.database_url or own.database_url,
        owner_database_url=config.owner_database_url
        or ("" if config.database_url else own.owner_database_url),
        redis_url=config.redis_url or own.redis_url,
        secret_key=config.secret_key or own.secret_key,
    )
