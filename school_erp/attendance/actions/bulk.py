"""Marks by the hundred: accepted at once as a job, worked on in parts, each part the one way in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from school_erp.attendance.actions.answering import answered_all, done_with
from school_erp.attendance.actions.marking import faults_of, mark_and_say
from school_erp.attendance.actions.packing import one_of_each, packed, unpacked
from school_erp.attendance.errors import MarkingRefused
from school_erp.attendance.marking import Answer, Marking
from school_erp.attendance.vocabulary import Outcome
from school_erp.core.alike import Document, piece_of
from school_erp.core.ids import new_id
from school_erp.jobs.at_once import store_done
from school_erp.jobs.leases import Claimed, Done
from school_erp.jobs.models import Job
from school_erp.jobs.storing import store_waiting

MOST_RECORDS = 5_000
# done in a tenth of a second, and each part more would cost as much as fifty records
ONE_PART = 500
STEPS, SMALLEST_PART = 10, 100
KIND = "attendance.mark"


def accept(marking: Marking, kind: str = KIND) -> Job:
    """Refuse what cannot be right, naming each; else store the job. Nothing is marked yet."""
    job = _job(marking, kind)
    _refuse(faults_of(marking, one_of_each(marking, job.payload)))
    store_waiting(job)
    return job


def mark_at_once(marking: Marking) -> tuple[Job, list[dict[str, Any]]]:
    """The whole job in the transaction under way; a fault refuses all of it, naming each."""
    job = _job(marking, KIND)
    marker = replace(marking.marker, job_id=job.id)
    result, said = mark_and_say(replace(marking, marker=marker), _kept_and_answered)
    _refuse([each for each in result.answers if each.outcome is Outcome.REJECTED])
    done, answered = said
    return store_done(job, done), answered


def _kept_and_answered(answers: Sequence[Answer]) -> tuple[Done, list[dict[str, Any]]]:
    return done_with(answers), answered_all(answers)


def _refuse(faults: Sequence[Answer]) -> None:
    if faults:
        raise MarkingRefused(records=answered_all(faults))


def _job(marking: Marking, kind: str) -> Job:
    return Job(
        school_id=marking.school_id,
        id=new_id(),
        kind=kind,
        payload=packed(marking),
        requested_by=marking.marker.person_id,
        total=len(marking.records),
    )


def part_size(records: int) -> int:
    return ONE_PART if records <= ONE_PART else max(SMALLEST_PART, ceil(records / STEPS))


def parts_of(markings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Markings of several dates and slots, cut into parts of one date and slot each."""
    size = part_size(sum(len(marking["records"]["ids"]) for marking in markings))
    return [
        marking | {"records": piece}
        for marking in markings
        for piece in _pieces(marking["records"], size)
    ]


@dataclass(frozen=True, slots=True)
class MarkingJobs:
    """The kind of job whose parts are markings."""

    def chunks(self, job: Claimed) -> Sequence[Document]:
        records = job.payload["records"]
        return _pieces(records, part_size(len(records["ids"])))

    def work(self, job: Claimed, part: Document) -> Done:
        _, done = mark_and_say(unpacked(job, job.payload, part), done_with)
        return done


def _pieces(records: Document, size: int) -> list[Document]:
    return [piece_of(records, start, size) for start in range(0, len(records["ids"]), size)]
