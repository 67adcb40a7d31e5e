"""How providers in Twilio's shape speak of messages, and sign what they say."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from school_erp.messages.vocabulary import Outcome

# Twilio documents no idempotency key for messages ("POST requests - sending an SMS … - are not
# idempotent", error 20500), so nothing here leans on this header: it costs nothing, and providers
# of the same shape may honour it.
IDEMPOTENCY_HEADER = "I-Twilio-Idempotency-Token"
SIGNATURE_HEADER = "X-Twilio-Signature"

_STATUSES = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), Outcome.ACCEPTED),
    **dict.fromkeys(("delivered", "read"), Outcome.DELIVERED),
    **dict.fromkeys(("undelivered", "failed", "canceled"), Outcome.FAILED),
}
# no such number, not a mobile, unsubscribed, unknown handset, landline
_BAD_NUMBERS = {"21211", "21217", "21214", "21610", "21614", "30005", "30006"}


def outcome_of(status: str, error_code: object = None) -> Outcome | None:
    """Nothing for a status that it has invented since."""
    outcome = _STATUSES.get(status)
    return Outcome.BAD_ADDRESS if outcome is Outcome.FAILED and is_bad(error_code) else outcome


def is_bad(error_code: object) -> bool:
    return str(error_code) in _BAD_NUMBERS


def signature(token: str, url: str, fields: Mapping[str, Sequence[str]]) -> str:
    said = url + "".join(
        name + value for name in sorted(fields) for value in sorted(set(fields[name]))
    )
    return base64.b64encode(hmac.digest(token.encode(), said.encode(), hashlib.sha1)).decode()
