"""The rows of check-ins, written together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from school_erp.attendance.actions.rows import document
from school_erp.attendance.marking import Answer
from school_erp.extensions import db
from school_erp.live.arrivals import Admission
from school_erp.live.vocabulary import Flag

Key = tuple[UUID, UUID]

# in one order, so that two processes with the same students wait and do not deadlock
_join = text("""
    INSERT INTO check_in (school_id, session_id, student_id, joined_at)
    SELECT :school, session_id, student_id, :moment
    FROM unnest(CAST(:sessions AS uuid[]), CAST(:students AS uuid[]))
         AS asked (session_id, student_id)
    ORDER BY session_id, student_id
    ON CONFLICT DO NOTHING""")

# whoever is in already is not written again, and does not come back
_check_in = text("""
    INSERT INTO check_in AS c (
        school_id, session_id, student_id, joined_at, attended_at, seen_at, device_time, proof,
        claim_id, device, latitude, longitude, accuracy, distance, flags, outcome, mark_version)
    SELECT :school, session_id, student_id, :moment, :moment, seen_at, device_time, proof,
           claim_id, device, latitude, longitude, accuracy, distance, flags, outcome, mark_version
    FROM jsonb_to_recordset(:rows) AS asked (
        session_id uuid, student_id uuid, seen_at timestamptz, device_time timestamptz,
        proof text, claim_id uuid, device text, latitude float8, longitude float8,
        accuracy float8, distance integer, flags text[], outcome text, mark_version integer)
    ORDER BY session_id, student_id
    ON CONFLICT (school_id, session_id, student_id) DO UPDATE SET
        attended_at = excluded.attended_at, seen_at = excluded.seen_at,
        device_time = excluded.device_time, proof = excluded.proof,
        claim_id = excluded.claim_id, device = excluded.device, latitude = excluded.latitude,
        longitude = excluded.longitude, accuracy = excluded.accuracy,
        distance = excluded.distance, flags = excluded.flags, told = false,
        outcome = excluded.outcome, mark_version = excluded.mark_version
    WHERE c.attended_at IS NULL
    RETURNING c.session_id, c.student_id""")

_shared = text("""
    SELECT device FROM check_in
    WHERE school_id = :school AND session_id = ANY(:sessions) AND device = ANY(:devices)
    GROUP BY device HAVING count(DISTINCT student_id) > 1""")

_flag = text("""
    UPDATE check_in SET flags = array_append(flags, :flag), told = false
    WHERE school_id = :school AND session_id = ANY(:sessions) AND device = ANY(:shared)
      AND NOT :flag = ANY(flags)""")


def write_joins(joining: Sequence[Admission], moment: dt.datetime) -> None:
    if joining:
        asked = {
            "school": joining[0].session.school_id,
            "moment": moment,
            "sessions": [each.session.id for each in joining],
            "students": [each.attempt.student_id for each in joining],
        }
        db.session.execute(_join, asked)


def write_check_ins(
    arriving: Sequence[Admission], marked: Mapping[UUID, Answer], moment: dt.datetime
) -> frozenset[Key]:
    """Who was stored, with what became of the mark and which version of it is theirs."""
    if not arriving:
        return frozenset()
    rows = document([_row(each, marked[each.attempt.student_id]) for each in arriving])
    asked = {"school": arriving[0].session.school_id, "moment": moment, "rows": rows}
    return frozenset(map(tuple, db.session.execute(_check_in, asked)))


def note_shared_devices(arrived: Sequence[Admission], session_ids: Sequence[UUID]) -> None:
    """Everybody who came with a phone that somebody else came with too."""
    devices = list({each.attempt.device for each in arrived if each.attempt.device})
    if devices:
        asked = {
            "school": arrived[0].session.school_id,
            "sessions": list(session_ids),
            "devices": devices,
        }
        shared = list(db.session.scalars(_shared, asked))
        if shared:
            flag = {"flag": Flag.SHARED_DEVICE.value, "shared": shared}
            db.session.execute(_flag, asked | flag)


def _row(each: Admission, answer: Answer) -> dict[str, Any]:
    attempt, scan = each.attempt, each.attempt.scan
    assert scan is not None  # noqa: S101 - nobody is admitted without a code
    location = attempt.location if each.session.fence else None
    return {
        "session_id": each.session.id,
        "student_id": attempt.student_id,
        "seen_at": scan.seen_at,
        "device_time": attempt.device_time,
        "proof": scan.proof.value,
        "claim_id": scan.claim_id,
        "device": attempt.device,
        "latitude": location.latitude if location else None,
        "longitude": location.longitude if location else None,
        "accuracy": location.accuracy if location else None,
        "distance": each.distance,
        "flags": list(each.flags),
        "outcome": answer.outcome.value,
        "mark_version": answer.mark.version if answer.mark else None,
    }
