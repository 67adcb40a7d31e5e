from __future__ import annotations

from flask_babel import lazy_gettext as _

from school_erp.core.errors import TooMany, Unauthenticated


class WrongCredentials(Unauthenticated):
    """Says the same whether the school, the login or the password is the wrong one."""

    code = "wrong_credentials"
    message = _("School, login or password is not right.")


class SignInEnded(Unauthenticated):
    code = "sign_in_ended"
    message = _("This sign-in has ended. Please sign in again.")


class RefreshTokenReused(SignInEnded):
    """Two hold the same token, so one of them stole it: the sign-in ends for both."""

    keeps_changes = True


class GuessedTooOften(TooMany):
    code = "guessed_too_often"
    message = _("Too many wrong tries. Please wait a little and try again.")
