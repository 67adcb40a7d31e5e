from __future__ import annotations

import runpy
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from config import ROOT, Config
from school_erp.core.alike import Alike, Said, each_in_sql, each_of, piece_of, those_of
from school_erp.core.ids import new_id

Owner = psycopg.Connection[Any]


@pytest.fixture
def owner(servers: Config) -> Iterator[Owner]:
    with psycopg.connect(servers.owner_database_url) as connection:
        yield connection
        connection.rollback()


def test_what_is_said_of_many_is_kept_once_and_read_of_each_again(owner: Owner) -> None:
    ids = [new_id() for _ in range(5)]
    asked = Alike[Said]()
    for number, each in enumerate(ids):
        asked.add(each, number % 2, lambda number=number: {"odd": bool(number % 2)})  # type: ignore[misc]
    document = asked.document()
    assert document["said"] == [{"odd": False}, {"odd": True}]
    each = [(str(one), {"odd": bool(number % 2)}) for number, one in enumerate(ids)]
    assert list(each_of(document)) == each
    assert list(each_of(piece_of(document, 3, 2))) == each[3:]
    assert list(each_of(those_of(document, {str(ids[1]), str(ids[4])}))) == [each[1], each[4]]
    read = f"SELECT id, place, said FROM ({each_in_sql('%(it)s')}) AS r ORDER BY place"  # noqa: S608
    rows = owner.execute(read, {"it": Jsonb(document)}).fetchall()
    assert rows == [(one, place, said) for place, (one, said) in enumerate(each, 1)]


def test_records_of_jobs_before_are_rewritten_and_back(owner: Owner) -> None:
    migration = runpy.run_path(str(ROOT / "migrations/versions/0034_said_once.py"))
    said = [
        {"outcome": "created", "mark": {"code": "P"}},
        {"outcome": "rejected", "mark": None},
    ]
    before = [{"student_id": str(new_id()), **each} for each in said]
    owner.execute(migration["_ONCE"])
    owner.execute(migration["_FOR_EACH"])
    rewritten = "SELECT said_once(%(it)s), said_for_each(said_once(%(it)s)), said_once('[]')"
    [(after, back, empty)] = owner.execute(rewritten, {"it": Jsonb(before)}).fetchall()
    students = [each["student_id"] for each in before]
    assert list(each_of(after)) == list(zip(students, said, strict=True))
    assert back == before
    assert empty == {"ids": [], "alike": [], "said": []}
