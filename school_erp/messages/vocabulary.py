from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a message says. Of each there is one per child, date, slot, adult and channel, and one
    more where it was told, put right and told, and is so again."""

    ABSENT = "absent"
    LATE = "late"
    # marked absent before, and there since
    ARRIVED = "arrived"
    # it had been said, and was wrong
    CORRECTED = "corrected"
    # what the adult asked for or explained was not accepted
    REFUSED = "refused"


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class State(StrEnum):
    WAITING = "waiting"
    # until a person releases or drops it
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    # handed over, and nobody knows whether it arrived there: looked up, never sent again blindly
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class HoldReason(StrEnum):
    CLASS_MOSTLY_ABSENT = "class"
    SCHOOL_ABOVE_USUAL = "school"
    REGISTER_LEFT_AT_DEFAULT = "default"


class Outcome(StrEnum):
    """What became of one attempt, or what the provider said of it later."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    # may be tried again
    TURNED_AWAY = "turned_away"
    # never will be delivered there
    BAD_ADDRESS = "bad_address"
    FAILED = "failed"
    UNKNOWN = "unknown"
    OVER_BUDGET = "over_budget"
