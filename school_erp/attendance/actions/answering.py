"""What became of records, as the API answers it and as jobs keep it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from school_erp.attendance.marking import Answer, Mark, Refusal
from school_erp.attendance.vocabulary import Outcome
from school_erp.core.alike import Alike, Said
from school_erp.core.once_for import OnceFor
from school_erp.jobs.leases import Done

_NOWHERE: Mapping[str, Any] = {}


def answered_all(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """Each record's answer; a mark that many share is written once."""
    shown_once = OnceFor(shown)
    return [answered(answer, shown_once) for answer in answers]


def answered(
    answer: Answer, show: Callable[[Mark], dict[str, Any]] | None = None
) -> dict[str, Any]:
    said = _said(answer.outcome, answer.mark, answer.error, show or shown)
    return {"student_id": str(answer.student_id), **said}


def done_with(answers: Sequence[Answer], where: Mapping[str, Any] = _NOWHERE) -> Done:
    """What a part of a job did; with where, for a job of several dates and slots."""
    kept = Alike[Said]()
    shown_once = OnceFor(shown)
    for student_id, outcome, mark, error in answers:
        say = partial(_said, outcome, mark, error, shown_once, where)
        kept.add(student_id, (outcome, id(mark), error), say)
    return Done(Counter(answer.outcome.value for answer in answers), kept.written())


def full_counts(counts: dict[str, int]) -> dict[str, int]:
    return {outcome.value: counts.get(outcome.value, 0) for outcome in Outcome}


def shown(mark: Mark) -> dict[str, Any]:
    return {
        **mark.told(),
        "marked_by": str(mark.marked_by) if mark.marked_by else None,
        "marked_at": mark.marked_at.isoformat(),
    }


def _said(
    outcome: Outcome,
    mark: Mark | None,
    error: Refusal | None,
    show: Callable[[Mark], dict[str, Any]],
    where: Mapping[str, Any] = _NOWHERE,
) -> dict[str, Any]:
    said: dict[str, Any] = {"outcome": outcome.value, "mark": show(mark) if mark else None}
    if error:
        said["error"] = asdict(error)
    return {**said, **where}
