"""Marks by the hundred: accepted at once as a job, worked on in parts, each part the one way in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from math import ceil
from operator import attrgetter
from typing import Any
from uuid import UUID

from school_erp.attendance.actions.marking import faults_of, mark
from school_erp.attendance.errors import MarkingRefused
from school_erp.attendance.marking import Answer, Mark, Marker, Marking, Record
from school_erp.attendance.vocabulary import Outcome, Source
from school_erp.core.ids import new_id
from school_erp.core.once_for import OnceFor
from school_erp.jobs.at_once import store_done
from school_erp.jobs.leases import Claimed
from school_erp.jobs.models import Job
from school_erp.jobs.storing import store_waiting

_BESIDE_IDS = tuple(name for name in Record._fields if not name.endswith("_id"))
_beside_ids = attrgetter(*_BESIDE_IDS)

MOST_RECORDS = 5_000
STEPS = 10
SMALLEST_PART, LARGEST_PART = 50, 500
KIND = "attendance.mark"


def accept(marking: Marking, kind: str = KIND) -> Job:
    """Refuse what cannot be right, naming each; else store the job. Nothing is marked yet."""
    _refuse(faults_of(marking))
    job = _job(marking, kind)
    store_waiting(job)
    return job


def mark_at_once(marking: Marking) -> tuple[Job, list[dict[str, Any]]]:
    """The whole job in the transaction under way; a fault refuses all of it, naming each."""
    job = _job(marking, KIND)
    marker = replace(marking.marker, job_id=job.id)
    answers = mark(replace(marking, marker=marker)).answers
    _refuse([each for each in answers if each.outcome is Outcome.REJECTED])
    records = answered_all(answers)
    return store_done(job, records), records


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
    return min(LARGEST_PART, max(SMALLEST_PART, ceil(records / STEPS)))


def parts_of(markings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Markings of several dates and slots, cut into parts of one date and slot each."""
    size = part_size(sum(len(marking["records"]) for marking in markings))
    return [
        {**marking, "records": marking["records"][start : start + size]}
        for marking in markings
        for start in range(0, len(marking["records"]), size)
    ]


def full_counts(counts: dict[str, int]) -> dict[str, int]:
    return {outcome.value: counts.get(outcome.value, 0) for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class MarkingJobs:
    """The kind of job whose parts are markings."""

    def chunks(self, job: Claimed) -> Sequence[Sequence[dict[str, Any]]]:
        records = job.payload["records"]
        size = part_size(len(records))
        return [records[start : start + size] for start in range(0, len(records), size)]

    def work(self, job: Claimed, part: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return answered_all(mark(unpacked(job, job.payload, part)).answers)


def answered_all(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """Each record's answer, as the API gives it; a mark that many share is written once."""
    shown_once = OnceFor(shown)
    return [answered(answer, shown_once) for answer in answers]


def answered(
    answer: Answer, show: Callable[[Mark], dict[str, Any]] | None = None
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "student_id": str(answer.student_id),
        "outcome": answer.outcome.value,
        "mark": (show or shown)(answer.mark) if answer.mark else None,
    }
    if answer.error:
        said["error"] = asdict(answer.error)
    return said


def shown(mark: Mark) -> dict[str, Any]:
    return {
        "status": mark.status.value,
        "code": mark.code,
        "minutes_late": mark.minutes_late,
        "remarks": mark.remarks,
        "source": mark.source.name,
        "version": mark.version,
        "marked_by": str(mark.marked_by) if mark.marked_by else None,
        "marked_at": mark.marked_at.isoformat(),
    }


def packed(marking: Marking) -> dict[str, Any]:
    return {
        "date": marking.date.isoformat(),
        "slot": marking.slot,
        "reason": marking.reason,
        "marker": packed_marker(marking.marker),
        "records": packed_records(marking.records),
    }


def packed_records(records: Sequence[Record]) -> list[dict[str, Any]]:
    """By name rather than with `asdict`, whose deep copies take longer than all else here."""
    section_in_text = OnceFor(str)
    packed = lru_cache(maxsize=None)(_packed)
    return [
        {
            "student_id": str(record.student_id),
            "section_id": section_in_text(record.section_id),
            **packed(_beside_ids(record)),
        }
        for record in records
    ]


def _packed(said: tuple[Any, ...]) -> dict[str, Any]:
    """Without what nobody said."""
    pairs = zip(_BESIDE_IDS, said, strict=True)
    return {name: _plain(value) for name, value in pairs if value is not None and value != ""}


def packed_marker(marker: Marker) -> dict[str, Any]:
    stored = asdict(marker) | {"source": int(marker.source)}
    return {name: _plain(value) for name, value in stored.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, dt.datetime) else value


def unpacked(job: Claimed, stored: dict[str, Any], part: Sequence[dict[str, Any]]) -> Marking:
    return Marking(
        school_id=job.lease.school_id,
        date=dt.date.fromisoformat(stored["date"]),
        slot=stored["slot"],
        reason=stored["reason"],
        marker=unpacked_marker(job, stored["marker"]),
        records=_records(part),
    )


def unpacked_marker(job: Claimed, stored: dict[str, Any]) -> Marker:
    person_id, source = _id(stored["person_id"]), Source(stored["source"])
    return Marker(
        **{**stored, "person_id": person_id, "source": source, "job_id": job.lease.job_id}
    )


def _records(part: Sequence[dict[str, Any]]) -> list[Record]:
    """Those of one class share its id, which is then read and written once."""
    sections = {packed["section_id"] for packed in part}
    ids = {section_id: UUID(section_id) for section_id in sections}
    return [_record(packed, ids[packed["section_id"]]) for packed in part]


def _record(packed: dict[str, Any], section_id: UUID) -> Record:
    said = {**packed, "student_id": UUID(packed["student_id"]), "section_id": section_id}
    for name in ("marked_at", "arrived_at"):
        if name in said:
            said[name] = dt.datetime.fromisoformat(said[name])
    return Record(**said)


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
