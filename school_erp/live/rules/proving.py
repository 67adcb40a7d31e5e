"""Is this a code of ours, and does it still hold? By the server's clock alone."""

from __future__ import annotations

import datetime as dt

from school_erp.live.arrivals import Scan
from school_erp.live.rules.claims import read_claim
from school_erp.live.rules.codes import read_token, read_typed_code
from school_erp.live.vocabulary import Proof


def scan_of_token(key: bytes, text: str, moment: dt.datetime) -> Scan | None:
    step = read_token(key, text)
    if step is None:
        return None
    holds = step.holds_at(moment)
    return Scan(Proof.QR, moment if holds else step.began_at, holds)


def scan_of_typed_code(key: bytes, text: str, moment: dt.datetime, seconds: int) -> Scan | None:
    step = read_typed_code(key, text, moment, seconds)
    return Scan(Proof.TYPED, moment, holds=True) if step else None


def scan_of_claim(key: bytes, holder: str, text: str, moment: dt.datetime) -> Scan | None:
    claim = read_claim(key, holder, text)
    if claim is None:
        return None
    return Scan(Proof.CLAIM, claim.seen_at, moment < claim.expires_at, claim.id)
