"""Why a message did not go out, or waits, as the office reads it."""

from __future__ import annotations

from flask_babel import gettext as _

from school_erp.messages.models import MessageHold
from school_erp.messages.vocabulary import HoldReason


def told_reason(reason: str | None) -> str:
    """A word that only a newer process knows is shown as it is."""
    return _cancelled().get(reason or "", reason or "")


def _cancelled() -> dict[str, str]:
    return {
        "corrected": str(_("The mark was put right in time.")),
        "explained": str(_("The absence was explained before.")),
        "not_wanted": str(_("This adult is not to be written to about this child.")),
        "no_address": str(_("There is no number or address that works.")),
        "switched_off": str(_("The school tells guardians of no absences any more.")),
        "never_said": str(_("There was nothing to correct: the first message never left.")),
        "dropped": str(_("It was held, and somebody dropped it.")),
    }


def told_hold(hold: MessageHold, section: str) -> str:
    """Why it was held, with the figures of that moment."""
    facts = {"absent": 0, "students": 0, "usual": 0, **hold.facts, "section": section}
    told = {
        HoldReason.REGISTER_LEFT_AT_DEFAULT: _(
            "%(section)s: all %(students)s students were marked absent by one stroke.", **facts
        ),
        HoldReason.CLASS_MOSTLY_ABSENT: _(
            "%(section)s: %(absent)s of %(students)s students are absent.", **facts
        ),
        HoldReason.SCHOOL_ABOVE_USUAL: _(
            "%(absent)s students of the school are absent; usually it is about %(usual)s.", **facts
        ),
    }
    return str(told[HoldReason(hold.reason)])
