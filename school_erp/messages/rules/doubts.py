"""What a provider's list says of a message of which nobody knows whether it arrived there."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from school_erp.messages.channels.provider import Answer, Seen
from school_erp.messages.vocabulary import Outcome

NOT_ASKED = Answer(Outcome.UNKNOWN, detail="the provider could not be asked")


def judge(
    seen: Sequence[Seen] | None, text: str, taken: Collection[str], *, long_enough: bool
) -> Answer:
    """`taken` are those on the list that are known to be other messages of ours.

    Only where there is nothing for this number at all, and has not been for long enough, it never
    came: a provider may have changed the text, or still be at it.
    """
    if seen is None:
        return NOT_ASKED
    unclaimed = [each for each in seen if each.provider_id not in taken]
    same = [each for each in unclaimed if each.text.strip() == text.strip()]
    if same:
        return Answer(same[-1].outcome, same[-1].provider_id)
    if unclaimed:
        return Answer(Outcome.UNKNOWN, detail="there are other messages to this number")
    if long_enough:
        return Answer(Outcome.TURNED_AWAY, detail="never came")
    return Answer(Outcome.UNKNOWN, detail="not there yet")
