"""Codes, typed codes and claims held against what they are signed with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.live.arrivals import Attempt, Evidence, Scan, Session
from school_erp.live.errors import refused
from school_erp.live.keys import device_digest, key_of
from school_erp.live.rules import proving
from school_erp.live.rules.claims import LASTS, claim_on, write_claim
from school_erp.live.rules.codes import read_token
from school_erp.live.vocabulary import Proof, State

# whoever opened the address of a code and has not signed in yet
BROWSER = "browser"


@dataclass(frozen=True, slots=True)
class IssuedClaim:
    claim: str
    expires_in: int


def prove(attempt: Attempt, session: Session, moment: dt.datetime) -> Attempt:
    """The same attempt, with what its evidence shows."""
    said = attempt.evidence
    if said is None:
        return attempt
    device = device_digest(session.code_id, said.device) if said.device else None
    scan = _scan(attempt.student_id, said, device, session, moment)
    return replace(attempt, scan=scan, device=device)


def _scan(
    student_id: UUID, said: Evidence, device: str | None, session: Session, moment: dt.datetime
) -> Scan | None:
    key = key_of(session.code_id)
    if said.token is not None:
        return proving.scan_of_token(key, said.token, moment)
    if said.typed_code is not None:
        return proving.scan_of_typed_code(key, said.typed_code, moment, session.step_seconds)
    if said.claim is not None:
        return proving.scan_of_claim(key, _holder(student_id, device), said.claim, moment)
    if said.browser_pass is not None:
        return proving.scan_of_claim(key, BROWSER, said.browser_pass, moment)
    return None


def issue_claim(sessions: Sequence[Session], student_id: UUID, evidence: Evidence) -> IssuedClaim:
    """Five minutes for what was seen just now, for this student on this device alone."""
    session, moment = sessions[0], now()
    attempt = prove(Attempt(student_id, evidence), session, moment)
    scan = attempt.scan
    if scan is None or scan.proof is Proof.CLAIM:
        raise refused("code_wrong")
    if not scan.holds:
        raise refused("code_expired")
    if session.state_at(moment) is State.ENDED:
        raise refused("session_ended")
    claim = claim_on(scan.seen_at, moment, new_id())
    holder = _holder(student_id, attempt.device)
    text = write_claim(key_of(session.code_id), holder, claim)
    return IssuedClaim(text, int(LASTS.total_seconds()))


def browser_pass(code_id: UUID, token: str) -> str | None:
    """For a browser that nobody has signed in on yet; nothing, where the code does not hold."""
    key, moment = key_of(code_id), now()
    step = read_token(key, token)
    if step is None or not step.holds_at(moment):
        return None
    return write_claim(key, BROWSER, claim_on(moment, moment, new_id()))


def _holder(student_id: UUID, device: str | None) -> str:
    return f"{student_id} {device or ''}"
