from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql

from config import Config
from tests.world import World


@pytest.fixture
def rows(servers: Config, world: World) -> Callable[..., list[tuple[Any, ...]]]:
    """`rows("course")`: what is stored about the world's school, to show that nothing changed."""

    def read(table: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(servers.owner_database_url) as owner:
            owner.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
            query = sql.SQL("SELECT * FROM {} ORDER BY id").format(sql.Identifier(table))
            return owner.execute(query).fetchall()

    return read
