"""Why a student was not let in: a code for programs, and a sentence that helps."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from school_erp.core.errors import ApplicationError, Conflict, Forbidden, Invalid

REFUSALS: dict[str, tuple[type[ApplicationError], Any]] = {
    "not_enrolled": (
        Forbidden,
        _("You are not on the list of this class. If you should be, tell your teacher."),
    ),
    "code_wrong": (
        Invalid,
        _("This is not the code of this session. Scan the one on the screen again."),
    ),
    "code_expired": (
        Invalid,
        _("This code has changed meanwhile. Scan the one that is on the screen now."),
    ),
    "session_ended": (
        Conflict,
        _("This session is over. If you were there, tell your teacher."),
    ),
    "session_paused": (
        Conflict,
        _("Checking in is paused. Wait until your teacher goes on, then scan again."),
    ),
    "session_locked": (
        Conflict,
        _("Your teacher has closed the door, so nobody new can come in. Speak to your teacher."),
    ),
    "join_first": (Conflict, _("Join the session first, then check in.")),
    "claim_used": (Conflict, _("This was used already: you are checked in.")),
    "check_in_rejected": (
        Conflict,
        _("Your teacher did not accept your check-in. Speak to your teacher."),
    ),
    "location_needed": (
        Invalid,
        _("Your school asks where you are when you check in. Allow your location and try again."),
    ),
    "outside_fence": (
        Invalid,
        _("You seem to be too far away to check in. Come closer, or speak to your teacher."),
    ),
}


def refused(code: str) -> ApplicationError:
    kind, sentence = REFUSALS[code]
    return kind(sentence, code=code)


class AlreadyLive(Conflict):
    code = "already_live"
    message = _("A session of this class is already running. Open it, or end it first.")


class SessionOver(Conflict):
    code = "session_ended"
    message = _("This session is over, so nothing about it can be changed any more.")


class NothingFlagged(Conflict):
    code = "not_checked_in"
    message = _("This student has not checked in, so there is nothing to decide.")


class CannotStart(Invalid):
    """A rule of attendance stands against marking here and now."""

    code = "cannot_start"
