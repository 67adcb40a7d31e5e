from __future__ import annotations

from flask_babel import lazy_gettext as _

from school_erp.core.errors import Forbidden, NotFound, TooMany, Unauthenticated


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


class PageOutOfDate(Forbidden):
    """A write that came with a page's cookies, but without the word that page was given."""

    code = "csrf"
    message = _("This page is out of date. Please go back, reload it and try again.")


class LinkOver(NotFound):
    """Says the same whether a link was used, is too old, was replaced or never was."""

    code = "link_over"
    message = _("This link was used, or is too old. Your school's office can give you a new one.")
