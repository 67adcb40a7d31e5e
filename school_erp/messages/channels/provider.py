"""What every provider is to us, whatever it speaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from school_erp.messages.vocabulary import Outcome


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message as it is handed over."""

    school_id: UUID
    message_id: UUID
    sender: str
    address: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Answer:
    outcome: Outcome
    provider_id: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a provider has on its list."""

    provider_id: str
    text: str
    outcome: Outcome


class Provider(Protocol):
    name: str
    # whether it keeps a list in which a message can be found again
    keeps_a_list: bool

    def hand_over(self, parcel: Parcel) -> Answer:
        """Never raises: whatever goes wrong is an answer.

        TURNED_AWAY says that it certainly did not take it; where that is not certain, UNKNOWN.
        """

    def messages_to(self, address: str, since: dt.datetime) -> Sequence[Seen] | None:
        """What it took for this address since then; nothing where it cannot say."""
