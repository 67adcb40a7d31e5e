"""Whose word stands: precedence of sources, then versions."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school_erp.attendance.marking import Mark, Record
from school_erp.attendance.rules.deciding import decide
from school_erp.attendance.vocabulary import Outcome, Source, Status
from school_erp.core.ids import new_id

FROM_STRONGEST = ["OFFICE", "REQUEST", "TEACHER", "SELF", "IMPORT", "SYSTEM"]
PIA, CLASS = new_id(), new_id()
MOMENT = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


def a_mark(code: str, source: Source, version: int = 1) -> Mark:
    return Mark(
        status=Status.PRESENT if code == "P" else Status.ABSENT,
        code=code,
        minutes_late=None,
        remarks="",
        source=source,
        version=version,
        section_id=CLASS,
        marked_by=None,
        marked_at=MOMENT,
    )


def said(base_version: int | None = None) -> Record:
    return Record(student_id=PIA, section_id=CLASS, code="A", base_version=base_version)


def test_sources_are_ranked_as_schools_rank_them() -> None:
    assert [each.name for each in sorted(Source, reverse=True)] == FROM_STRONGEST


@pytest.mark.parametrize(("new", "old"), list(product(Source, repeat=2)))
def test_a_lower_source_never_overwrites_a_higher_one(new: Source, old: Source) -> None:
    rank = FROM_STRONGEST.index
    decided = decide(said(), a_mark("A", new), a_mark("P", old))
    kept = rank(new.name) > rank(old.name)
    assert decided.outcome is (Outcome.KEPT if kept else Outcome.CHANGED)
    assert decided.write is not kept


@given(
    new=st.sampled_from(Source),
    old=st.sampled_from(Source),
    stands=st.integers(1, 9),
    base=st.none() | st.integers(0, 9),
)
def test_what_is_written_was_never_stale_nor_weaker_nor_the_same(
    new: Source, old: Source, stands: int, base: int | None
) -> None:
    standing = a_mark("P", old, stands)
    assert decide(said(base), a_mark("P", new), standing).outcome is Outcome.UNCHANGED
    decided = decide(said(base), a_mark("A", new), standing)
    assert decided.write == (new >= old and base in {None, stands})
    if new >= old and not decided.write:
        assert decided.outcome is Outcome.CONFLICT


@pytest.mark.parametrize(
    ("base", "outcome"),
    [(None, Outcome.CREATED), (0, Outcome.CREATED), (3, Outcome.CONFLICT)],
)
def test_where_nothing_stands_whoever_saw_a_mark_must_look_again(
    base: int | None, outcome: Outcome
) -> None:
    decided = decide(said(base), a_mark("A", Source.TEACHER), None)
    assert (decided.outcome, decided.write) == (outcome, outcome is Outcome.CREATED)
