"""Trying again what a job could not do: where it stopped, or the records it had to refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from school_erp.attendance.actions.bulk import MOST_RECORDS
from school_erp.attendance.actions.packing import packed_marker
from school_erp.attendance.actions.undoing import refuse_undone
from school_erp.attendance.marking import Marker
from school_erp.attendance.queries.jobs import left_by
from school_erp.attendance.vocabulary import Outcome, Source
from school_erp.core.alike import Document, those_of
from school_erp.core.ids import new_id
from school_erp.extensions import db
from school_erp.jobs.errors import JobComplete
from school_erp.jobs.models import Job
from school_erp.jobs.steering import hand_over, try_again


def retry(job: Job, marker: Marker) -> Job:
    """The job that goes on. What was undone is not begun again behind the back of who undid it."""
    refuse_undone(job)
    if job.state == "done":
        return _try_the_rest(job, marker)
    try_again(job)
    return job


def _try_the_rest(job: Job, marker: Marker) -> Job:
    """What was refused may be right by now; what somebody else changed stays theirs."""
    left = left_by(job, limit=MOST_RECORDS).items
    refused = [each for each in left if each["outcome"] == Outcome.REJECTED.value]
    if not refused or job.undoes:
        raise JobComplete
    if job.payload["marker"]["source"] == Source.IMPORT:
        marker = replace(marker, source=Source.IMPORT)
    again = Job(
        school_id=job.school_id,
        id=new_id(),
        kind=job.kind,
        payload=_narrowed(job.payload, refused) | {"marker": packed_marker(marker)},
        requested_by=marker.person_id,
        total=len(refused),
    )
    db.session.add(again)
    db.session.flush()
    hand_over(again)
    return again


def _narrowed(payload: dict[str, Any], refused: list[dict[str, Any]]) -> dict[str, Any]:
    """The same, said of these records alone."""
    if "markings" not in payload:
        return payload | {"records": _of(payload["records"], refused)}
    markings = [
        marking | {"records": _of(marking["records"], _there(refused, marking))}
        for marking in payload["markings"]
    ]
    return payload | {"markings": [each for each in markings if each["records"]["ids"]]}


def _there(refused: list[dict[str, Any]], marking: dict[str, Any]) -> list[dict[str, Any]]:
    place = (marking["date"], marking["slot"])
    return [each for each in refused if (each["date"], each["slot"]) == place]


def _of(records: Document, refused: list[dict[str, Any]]) -> Document:
    return those_of(records, {each["student_id"] for each in refused})
