"""The rows of check-ins, written together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from school_erp.attendance.actions.rows import document
from school_erp.attendance.marking import Answer
from school_erp.core.clock import now
from school_erp.core.direct import Statement
from school_erp.extensions import db
from school_erp.live.actions.telling import CHECK_INS_AHEAD, CHECK_INS_APART
from school_erp.live.arrivals import Admission
from school_erp.live.vocabulary import Flag

Key = tuple[UUID, UUID]

# in one order, so that two processes with the same students wait and do not deadlock
_join = Statement("""
    INSERT INTO check_in (school_id, session_id, student_id, joined_at)
    SELECT :school, session_id, student_id, :moment
    FROM unnest(CAST(:sessions AS uuid[]), CAST(:students AS uuid[]))
         AS asked (session_id, student_id)
    ORDER BY session_id, student_id
    ON CONFLICT DO NOTHING""")

# whoever is in already is not written again, and does not come back; a device comes back with all
# who came with it, from before and now; watchers are told in the same breath where they may be
_check_in = Statement("""
    WITH pulse AS (
        UPDATE live_pulse SET stats_due = true,
               check_ins_told_at = greatest(:telling_at, check_ins_told_at + :apart)
        WHERE school_id = :school AND live_id = (
            SELECT live_id FROM live_pulse
            WHERE school_id = :school AND live_id = :live AND check_ins_told_at <= :told_before
            FOR UPDATE SKIP LOCKED)
        RETURNING live_id
    ), done AS (
    INSERT INTO check_in AS c (
        school_id, session_id, student_id, joined_at, attended_at, seen_at, device_time, proof,
        claim_id, device, latitude, longitude, accuracy, distance, flags, outcome, mark_version,
        told)
    SELECT :school, session_id, student_id, :moment, :moment, seen_at, device_time, proof,
           claim_id, device, latitude, longitude, accuracy, distance, flags, outcome, mark_version,
           EXISTS (SELECT 1 FROM pulse)
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
        distance = excluded.distance, flags = excluded.flags, told = excluded.told,
        outcome = excluded.outcome, mark_version = excluded.mark_version
    WHERE c.attended_at IS NULL
    RETURNING c.session_id, c.student_id, c.device, c.told
    ), shared AS (
        SELECT device FROM (
            SELECT device, student_id FROM done
            UNION ALL
            SELECT device, student_id FROM check_in
            WHERE school_id = :school AND session_id = ANY(:held)
              AND device IN (SELECT device FROM done)) AS came
        GROUP BY device HAVING count(DISTINCT student_id) > 1
    )
    SELECT session_id, student_id, told, shared.device
    FROM done LEFT JOIN shared USING (device)""")

_flag = Statement("""
    UPDATE check_in SET flags = array_append(flags, :flag), told = false
    WHERE school_id = :school AND session_id = ANY(:held) AND device = ANY(:shared)
      AND NOT :flag = ANY(flags)""")


class _Done(NamedTuple):
    session_id: UUID
    student_id: UUID
    told: bool
    # if somebody else came with it
    device: str | None


def write_joins(joining: Sequence[Admission], moment: dt.datetime) -> None:
    if joining:
        asked = {
            "school": joining[0].session.school_id,
            "moment": moment,
            "sessions": [each.session.id for each in joining],
            "students": [each.attempt.student_id for each in joining],
        }
        _join.rows(db.session, asked)


@dataclass(frozen=True, slots=True)
class Stored:
    keys: frozenset[Key] = frozenset()
    # whether it is now on whoever stored them to tell watchers of them
    to_be_told: bool = False


def write_check_ins(
    arriving: Sequence[Admission],
    marked: Mapping[UUID, Answer],
    held: Collection[UUID],
    moment: dt.datetime,
) -> Stored:
    """Who was stored, with what became of the mark and which version of it is theirs.

    Everybody is flagged who came with a phone that somebody else came with too, to any of `held`.
    """
    if not arriving:
        return Stored()
    session, telling_at = arriving[0].session, now()
    asked = {
        "school": session.school_id,
        "live": session.code_id,
        "held": list(held),
        "moment": moment,
        "telling_at": telling_at,
        "told_before": telling_at + CHECK_INS_AHEAD,
        "apart": CHECK_INS_APART,
        "rows": document([_row(each, marked[each.attempt.student_id]) for each in arriving]),
    }
    stored = [_Done(*row) for row in _check_in.rows(db.session, asked)]
    shared = {row.device for row in stored if row.device}
    if shared:
        flag = {"flag": Flag.SHARED_DEVICE.value, "shared": list(shared)}
        _flag.rows(db.session, asked | flag)
    keys = frozenset((row.session_id, row.student_id) for row in stored)
    return Stored(keys, any(row.told for row in stored))


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
