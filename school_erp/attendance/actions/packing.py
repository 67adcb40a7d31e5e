"""A marking as a job keeps it until its turn comes: as plain values, what is alike said once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

from school_erp.attendance.marking import Marker, Marking, Record
from school_erp.attendance.vocabulary import Source
from school_erp.core.alike import Alike, Document, Said
from school_erp.core.ids import ReadId
from school_erp.jobs.leases import Claimed

_BESIDE_THE_STUDENT = Record._fields[1:]
_NOT_SAID = tuple(Record._field_defaults.get(name) for name in _BESIDE_THE_STUDENT)


def packed(marking: Marking) -> dict[str, Any]:
    return {
        "date": marking.date.isoformat(),
        "slot": marking.slot,
        "reason": marking.reason,
        "marker": packed_marker(marking.marker),
        "records": packed_records(marking.records),
    }


def packed_records(records: Sequence[Record]) -> Document:
    asked = Alike[Said]()
    for student_id, *said in records:
        kind = tuple(said)
        asked.add(student_id, kind, partial(_packed, kind))
    return asked.document()


def one_of_each(marking: Marking, stored: dict[str, Any]) -> list[Record]:
    """Of records of whom the same is said, the first, by how they were packed."""
    numbers = stored["records"]["alike"]
    kinds = range(len(stored["records"]["said"]))
    return [marking.records[numbers.index(kind)] for kind in kinds]


def packed_marker(marker: Marker) -> dict[str, Any]:
    stored = asdict(marker) | {"source": int(marker.source)}
    return {name: _plain(value) for name, value in stored.items()}


def unpacked(job: Claimed, stored: dict[str, Any], part: Document) -> Marking:
    return Marking(
        school_id=job.lease.school_id,
        date=dt.date.fromisoformat(stored["date"]),
        slot=stored["slot"],
        reason=stored["reason"],
        marker=_unpacked_marker(job, stored["marker"]),
        records=_records(part),
    )


def _packed(said: tuple[Any, ...]) -> dict[str, Any]:
    """Without what nobody said."""
    pairs = zip(_BESIDE_THE_STUDENT, said, strict=True)
    return {name: _plain(value) for name, value in pairs if value is not None and value != ""}


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _unpacked_marker(job: Claimed, stored: dict[str, Any]) -> Marker:
    person_id, source = _id(stored["person_id"]), Source(stored["source"])
    return Marker(
        **{**stored, "person_id": person_id, "source": source, "job_id": job.lease.job_id}
    )


def _records(part: Document) -> list[Record]:
    """Those of whom the same is said share all but the student."""
    said = [_unpacked(each) for each in part["said"]]
    whose = zip(part["ids"], part["alike"], strict=True)
    return [Record._make((ReadId(each), *said[number])) for each, number in whose]


def _unpacked(packed: dict[str, Any]) -> tuple[Any, ...]:
    said = dict(zip(_BESIDE_THE_STUDENT, _NOT_SAID, strict=True)) | packed
    said["section_id"] = UUID(said["section_id"])
    for name in ("marked_at", "arrived_at"):
        if name in packed:
            said[name] = dt.datetime.fromisoformat(packed[name])
    return tuple(said.values())


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
