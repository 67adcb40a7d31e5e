"""From due to handed over. No transaction is open while a provider is spoken to.

An attempt is stored before its message leaves, so that whoever dies in between leaves a doubt and
never a message that is sent again.
"""

from __future__ import annotations

import datetime as dt
import time
from uuid import UUID

from school_erp.core.clock import now
from school_erp.core.ids import new_id
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.jobs.heartbeat import own_name
from school_erp.messages.actions.claiming import begin, claim, give_up_overdue, settle
from school_erp.messages.actions.clearing import clear_for_sending
from school_erp.messages.actions.doubting import settle_doubt, take_doubts
from school_erp.messages.actions.telling import tell_of_moves
from school_erp.messages.channels import providers
from school_erp.messages.channels.provider import Parcel, Provider
from school_erp.messages.pacing import wait_for_turn

# then it is another school's turn
LONGEST = 20.0


def deliver_due(school_id: UUID) -> None:
    owner, until = f"{own_name()}:{new_id()}", time.monotonic() + LONGEST
    with acting_for(school_id):
        with unit_of_work():
            tell_of_moves(give_up_overdue())
        _look_up_doubts()
        looked_at = now()
        with unit_of_work():
            clear_for_sending(looked_at)
        while _send_some(owner, looked_at) and time.monotonic() < until:
            pass


def _send_some(owner: str, looked_at: dt.datetime) -> bool:
    found = providers()
    with unit_of_work():
        claimed = claim(owner, found.keys(), looked_at)
    if claimed is None:
        return False
    for channel, parcel in claimed:
        _send(found[channel], parcel, owner)
    with unit_of_work():
        tell_of_moves(len(claimed))
    return True


def _send(provider: Provider, parcel: Parcel, owner: str) -> None:
    wait_for_turn(provider.name)
    with unit_of_work():
        attempt_id = begin(parcel.message_id, owner, provider.name)
    if attempt_id is None:
        return
    answer = provider.hand_over(parcel)
    with unit_of_work():
        settle(parcel.message_id, attempt_id, answer)


def _look_up_doubts() -> None:
    asked = {channel: each for channel, each in providers().items() if each.keeps_a_list}
    with unit_of_work():
        doubts = take_doubts(asked.keys())
    for doubt in doubts:
        provider = asked[doubt.channel]
        seen = provider.messages_to(doubt.address, doubt.since)
        with unit_of_work():
            settle_doubt(doubt, provider.name, seen)
    with unit_of_work():
        tell_of_moves(len(doubts))
