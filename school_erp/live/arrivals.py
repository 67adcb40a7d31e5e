"""What students send to a session, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from school_erp.live.rules.places import Fence, Location
from school_erp.live.vocabulary import Decision, Proof, State


@dataclass(frozen=True, slots=True)
class Session:
    """A live session as it stands, with what it was started with."""

    school_id: UUID
    id: UUID
    group_id: UUID | None
    section_id: UUID
    section_name: str
    date: dt.date
    slot: int
    state: State
    locked: bool
    qr_visible: bool
    single_use: bool
    join_required: bool
    step_seconds: int
    begins_at: dt.datetime
    late_after_minutes: int
    fence: Fence | None
    started_by: UUID | None
    starter_name: str
    starter_role: str
    started_at: dt.datetime
    ends_at: dt.datetime
    ended_at: dt.datetime | None

    @property
    def code_id(self) -> UUID:
        """What the code is made for: the sessions of a group share it."""
        return self.group_id or self.id

    def state_at(self, moment: dt.datetime) -> State:
        """Over as soon as its time is up, also before anybody has ended it."""
        return State.ENDED if moment >= self.ends_at else self.state


@dataclass(frozen=True, slots=True)
class Scan:
    """A code that is ours: when it was seen, and whether it still holds."""

    proof: Proof
    seen_at: dt.datetime
    holds: bool
    claim_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a phone sent to show that its owner sees the screen: one of these."""

    token: str | None = None
    typed_code: str | None = None
    claim: str | None = None
    # kept by the browser since it opened the code's address, before anybody had signed in
    browser_pass: str | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One student's request. Joining needs no evidence; what shows nothing leaves no scan."""

    student_id: UUID
    evidence: Evidence | None = None
    location: Location | None = None
    device_time: dt.datetime | None = None
    scan: Scan | None = None
    device: str | None = None

    @property
    def joins_only(self) -> bool:
        return self.evidence is None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a student has done in a session so far, and the mark they have."""

    student_id: UUID
    session_id: UUID
    name: str
    joined_at: dt.datetime | None = None
    attended_at: dt.datetime | None = None
    claim_id: UUID | None = None
    decision: Decision | None = None
    outcome: str | None = None
    status: str | None = None
    code: str | None = None
    minutes_late: int | None = None

    @property
    def is_in(self) -> bool:
        return self.attended_at is not None and self.decision is not Decision.REJECTED


@dataclass(frozen=True, slots=True)
class Admission:
    """A student whom nothing keeps from joining or checking in."""

    session: Session
    attempt: Attempt
    standing: Standing
    flags: tuple[str, ...] = ()
    distance: int | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a student is told; the same again for whoever sends it twice."""

    session: Session
    standing: Standing
    already: bool = False
