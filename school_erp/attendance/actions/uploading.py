"""Marks from a file as a job, once somebody has seen what they would do."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask_babel import gettext as _

from school_erp.attendance.actions.answering import done_with
from school_erp.attendance.actions.bulk import parts_of
from school_erp.attendance.actions.examining import Foreseen, examine
from school_erp.attendance.actions.marking import mark_and_say
from school_erp.attendance.actions.packing import packed_marker, packed_records, unpacked
from school_erp.attendance.marking import Marker, Record
from school_erp.attendance.upload_lines import Mistake
from school_erp.attendance.vocabulary import Source
from school_erp.core.errors import Invalid
from school_erp.core.ids import new_id
from school_erp.core.sheets.errors import LinesRejected, ReportOutOfDate
from school_erp.core.tenancy import current_school_id
from school_erp.extensions import db
from school_erp.jobs.leases import Claimed, Done
from school_erp.jobs.models import Job

KIND = "attendance.import"
MOST_TOLD = 500


def accept_upload(
    content: bytes,
    marker: Marker,
    fingerprint: str,
    *,
    reason: str = "",
    skip_rejected: bool = False,
) -> Job:
    """Store the job that does what the report with this fingerprint showed."""
    upload = examine(content, marker, reason)
    if upload.fingerprint != fingerprint:
        raise ReportOutOfDate
    if upload.mistakes and not skip_rejected:
        raise LinesRejected(records=[told(each) for each in upload.mistakes[:MOST_TOLD]])
    if not upload.foreseen:
        raise Invalid(_("There is no line in this file that can be stored."), code="no_lines")
    job = Job(
        school_id=current_school_id(),
        id=new_id(),
        kind=KIND,
        payload={
            "marker": packed_marker(replace(marker, source=Source.IMPORT)),
            "reason": reason,
            "markings": [
                {"date": day.isoformat(), "slot": slot, "records": packed_records(records)}
                for (day, slot), records in _by_place(upload.foreseen).items()
            ],
        },
        requested_by=marker.person_id,
        total=len(upload.foreseen),
    )
    db.session.add(job)
    db.session.flush()
    return job


@dataclass(frozen=True, slots=True)
class ImportJobs:
    """The kind of job whose parts are markings of several dates and slots."""

    def chunks(self, job: Claimed) -> Sequence[dict[str, Any]]:
        return parts_of(job.payload["markings"])

    def work(self, job: Claimed, part: dict[str, Any]) -> Done:
        marking = unpacked(job, job.payload | part, part["records"])
        where = {"date": part["date"], "slot": part["slot"]}
        _, done = mark_and_say(marking, partial(done_with, where=where))
        return done


def told(mistake: Mistake) -> dict[str, Any]:
    return {
        "line": mistake.line,
        "column": mistake.column,
        "code": mistake.code,
        "message": str(mistake.message),
    }


def _by_place(foreseen: Sequence[Foreseen]) -> dict[tuple[dt.date, int], list[Record]]:
    found: defaultdict[tuple[dt.date, int], list[Record]] = defaultdict(list)
    for each in foreseen:
        found[(each.day, each.slot)].append(each.record)
    return found
