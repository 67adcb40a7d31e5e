"""A scan that was accepted, kept for a few minutes for whoever scanned it.

It survives what a code of some seconds does not: signing in, or being asked for one's location.
Nobody else can use it, for it is signed together with its holder.
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

LASTS = dt.timedelta(minutes=5)
_SHAPE = re.compile(r"(\d{1,12})\.(\d{1,12})\.([0-9a-f]{32})\.([A-Za-z0-9_-]{32})")


@dataclass(frozen=True, slots=True)
class Claim:
    id: UUID
    seen_at: dt.datetime
    expires_at: dt.datetime


def claim_on(seen_at: dt.datetime, moment: dt.datetime, claim_id: UUID) -> Claim:
    """For a code seen at one moment and checked at another, by the server's clock both."""
    return Claim(claim_id, _whole(seen_at), _whole(moment + LASTS))


def write_claim(key: bytes, holder: str, claim: Claim) -> str:
    said = f"{_seconds(claim.seen_at)}.{_seconds(claim.expires_at)}.{claim.id.hex}"
    return f"{said}.{_signature(key, holder, said)}"


def read_claim(key: bytes, holder: str, text: str) -> Claim | None:
    """Nothing, where it is not ours or not this holder's. It may have expired."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    said = text.rpartition(".")[0]
    if not hmac.compare_digest(match[4], _signature(key, holder, said)):
        return None
    return Claim(UUID(match[3]), _moment(match[1]), _moment(match[2]))


def _signature(key: bytes, holder: str, said: str) -> str:
    digest = hmac.digest(key, f"claim.{holder}.{said}".encode(), "sha256")
    return urlsafe_b64encode(digest[:24]).decode()


def _seconds(moment: dt.datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC)


def _whole(moment: dt.datetime) -> dt.datetime:
    return moment.replace(microsecond=0)
