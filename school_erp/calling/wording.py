from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from school_erp.calling.vocabulary import Outcome, Turn

OUTCOMES: dict[str, Any] = {
    Outcome.AWARE: _("Knows of the absence"),
    Outcome.UNAWARE: _("Did not know of it"),
    Outcome.LEFT_MESSAGE: _("Left a message"),
    Outcome.NO_ANSWER: _("No answer"),
    Outcome.WRONG_NUMBER: _("Wrong number"),
}
TURNS: dict[str, Any] = {
    Turn.UNAWARE: _("Family did not know"),
    Turn.DUE: _("To ring now"),
    Turn.WAITING: _("To ring again"),
    Turn.OVER: _("No more today"),
    Turn.NOBODY: _("Nobody to ring"),
    Turn.SETTLED: _("Family knows"),
}
