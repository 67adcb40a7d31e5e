"""What the templates of messages need to put them into words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from school_erp.messages.models import Message, MessageAttempt
from school_erp.messages.vocabulary import Channel, Kind, Outcome, State
from school_erp.messages.wording import told_reason

KINDS: dict[str, Any] = {
    Kind.ABSENT: _("Absent"),
    Kind.LATE: _("Late"),
    Kind.ARRIVED: _("Has arrived"),
    Kind.CORRECTED: _("Corrected"),
    Kind.REFUSED: _("Absence not accepted"),
}
CHANNELS: dict[str, Any] = {Channel.SMS: _("SMS"), Channel.EMAIL: _("Email")}
# label, look and picture
STATES: dict[str, tuple[Any, str, str]] = {
    State.WAITING: (_("Waiting"), "wait", "clock"),
    State.HELD: (_("Held"), "wait", "player-pause"),
    State.SENDING: (_("Being sent"), "wait", "send"),
    State.SENT: (_("Sent"), "told", "send"),
    State.DELIVERED: (_("Delivered"), "good", "circle-check"),
    State.FAILED: (_("Failed"), "bad", "circle-x"),
    State.UNKNOWN: (_("In doubt"), "bad", "help-circle"),
    State.CANCELLED: (_("Cancelled"), "plain", "ban"),
}
OUTCOMES: dict[str, Any] = {
    Outcome.ACCEPTED: _("The provider took it."),
    Outcome.DELIVERED: _("It arrived."),
    Outcome.TURNED_AWAY: _("The provider did not take it; it may be tried again."),
    Outcome.BAD_ADDRESS: _("Nobody is reached there."),
    Outcome.FAILED: _("The provider refused it."),
    Outcome.UNKNOWN: _("Nobody knows whether the provider took it."),
    Outcome.OVER_BUDGET: _("The day's budget was used up."),
}
ATTEMPTS: dict[str, Any] = {
    "send": _("Handed over"),
    "lookup": _("Looked up"),
    "callback": _("Told by the provider"),
}


def words() -> dict[str, Any]:
    return {
        "kinds": KINDS,
        "channels": CHANNELS,
        "states": STATES,
        "attempts": ATTEMPTS,
        "told_outcome": _told_outcome,
        "why": _why,
    }


def _told_outcome(attempt: MessageAttempt) -> str:
    return str(OUTCOMES.get(attempt.outcome or "") or gettext("Under way"))


def _why(message: Message) -> str:
    if message.state == State.UNKNOWN:
        return str(OUTCOMES[Outcome.UNKNOWN])
    told = {
        **OUTCOMES,
        "unwritable": _("Its text could not be made. Tell whoever runs this system."),
        "by_hand": _("Settled by the office."),
    }
    return str(told.get(message.reason or "") or told_reason(message.reason))
