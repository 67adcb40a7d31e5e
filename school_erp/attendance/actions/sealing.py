"""The chain that shows whether what was noted stayed as it was.

An upkeep job seals batches behind the work: entries of transactions that have all ended, in the
order of transactions. Marking waits for nothing. A link keeps a digest of each entry, and its hash
covers those and the link before, so whoever changes, removes or slips in a row is found by name.
Whoever makes the whole chain anew is found by a hash that was noted elsewhere, such as in the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from uuid import UUID

import structlog
from sqlalchemy import text

from school_erp.attendance.errors import TrailFromElsewhere
from school_erp.attendance.models import AuditSeal
from school_erp.core.unit_of_work import after_commit
from school_erp.extensions import db

log = structlog.get_logger(__name__)

START = hashlib.sha256(b"the first link").digest()
_BATCH = 5_000
_ID, _DIGEST = 16, 16

# by name and in one time zone, so that neither a new column nor a setting of the session alters
# what was sealed
SEALED = (
    *("school_id", "id", "what", "student_id", "section_id", "person_id", "date", "slot"),
    *("before", "after", "reason", "actor_id", "actor_name", "actor_role", "source"),
    *("request_id", "address", "job_id", "device_time", "at", "transaction"),
)
_in_utc = text("SET LOCAL timezone TO 'UTC'")
_horizon = text("SELECT audit_position(pg_snapshot_xmin(pg_current_snapshot()))")
_last = text("""
    SELECT number, below, hash FROM audit_seal WHERE school_id = :school
    ORDER BY number DESC LIMIT 1""")
_links = text("SELECT * FROM audit_seal WHERE school_id = :school ORDER BY number")
_entries = text(f"""
    SELECT id, row_to_json(a)::text AS said
    FROM (SELECT {", ".join(SEALED)} FROM attendance_audit_log
          WHERE school_id = :school AND transaction >= :from AND transaction < :below) AS a
    ORDER BY transaction, id""")  # noqa: S608 - our own names
_reached = text("""
    SELECT greatest((SELECT max(below) FROM audit_seal WHERE school_id = :school),
                    (SELECT max(transaction) + 1 FROM attendance_audit_log
                     WHERE school_id = :school))""")


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the trail is no longer what was sealed."""

    link: int
    entry: UUID | None
    why: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A link as it was seen earlier, kept where the database's owner does not reach."""

    link: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    held: int
    fault: Fault | None = None
    last: Noted | None = None


def seal(school_id: UUID) -> int:
    """Add a link for what was noted since the last one; how many entries it holds."""
    last = db.session.execute(_last, {"school": school_id}).one_or_none()
    number, start, before = (last.number + 1, last.below, last.hash) if last else (1, 0, START)
    below = _read_horizon(start)
    manifest = b"".join(_digests(school_id, start, below))
    entries = len(manifest) // (_ID + _DIGEST)
    if entries:
        link = AuditSeal(
            school_id=school_id,
            number=number,
            below=below,
            entries=entries,
            manifest=manifest,
            hash=_hash(before, manifest),
        )
        db.session.add(link)
        db.session.flush()
        after_commit(
            partial(log.info, "audit_sealed", link=number, entries=entries, hash=link.hash.hex())
        )
    return entries


def verify(school_id: UUID, noted: Noted | None = None) -> Verdict:
    """How many entries hold, and the first that does not."""
    before, start, held, last = START, 0, 0, None
    links = db.session.execute(_links, {"school": school_id}).all()
    _read_horizon(links[-1].below if links else 0)
    for link in links:
        last = Noted(link.number, link.hash)
        if link.hash != _hash(before, link.manifest):
            return Verdict(held, Fault(link.number, None, "the chain itself was altered"))
        if noted and noted.link == link.number and noted.hash != link.hash:
            return Verdict(held, Fault(link.number, None, "the chain was made anew"))
        for sealed, found in zip_longest(
            _sealed(link.manifest), _digests(school_id, start, link.below)
        ):
            if sealed != found:
                return Verdict(held, _fault(link.number, sealed, found))
            held += 1
        before, start = link.hash, link.below
    if noted and (last is None or last.link < noted.link):
        return Verdict(held, Fault(noted.link, None, "the link is gone"))
    return Verdict(held, last=last)


def reached(school_id: UUID) -> int:
    """Below which new entries may not stand."""
    return db.session.scalar(_reached, {"school": school_id}) or 0


def go_on_from(position: int) -> bool:
    """Number what is noted from now on above this; whether that was needed."""
    if int(db.session.scalar(_horizon) or 0) >= position:
        return False
    db.session.execute(
        text(
            "CREATE OR REPLACE FUNCTION audit_position(transaction xid8) RETURNS bigint"
            f" LANGUAGE sql IMMUTABLE AS 'SELECT {position:d} + ($1::text)::bigint'"
        )
    )
    return True


def _read_horizon(sealed_below: int) -> int:
    """Below it every transaction has ended."""
    horizon = int(db.session.scalar(_horizon) or 0)
    if horizon < sealed_below:
        raise TrailFromElsewhere
    return horizon


def _fault(link: int, sealed: bytes | None, found: bytes | None) -> Fault:
    """The first entry at which what was sealed and what is there part."""
    if sealed is None or (found is not None and found[:_ID] < sealed[:_ID]):
        assert found is not None  # noqa: S101 - one of the two is there
        return Fault(link, UUID(bytes=found[:_ID]), "was slipped in")
    entry = UUID(bytes=sealed[:_ID])
    if found is None or found[:_ID] != sealed[:_ID]:
        return Fault(link, entry, "is missing")
    return Fault(link, entry, "was altered")


def _sealed(manifest: bytes) -> Iterator[bytes]:
    size = _ID + _DIGEST
    return (manifest[place : place + size] for place in range(0, len(manifest), size))


def _digests(school_id: UUID, start: int, below: int) -> Iterator[bytes]:
    asked = {"school": school_id, "from": start, "below": below}
    db.session.execute(_in_utc)
    with db.session.execute(_entries.execution_options(yield_per=_BATCH), asked) as rows:
        for row in rows:
            yield row.id.bytes + hashlib.sha256(row.said.encode()).digest()[:_DIGEST]


def _hash(before: bytes, manifest: bytes) -> bytes:
    return hashlib.sha256(before + manifest).digest()
