"""Why a message did not go out, as the office reads it."""

from __future__ import annotations

from flask_babel import gettext as _


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
