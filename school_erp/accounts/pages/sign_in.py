from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.accounts import page_session, queries
from school_erp.accounts.access import Permission
from school_erp.accounts.actions import passwords, signing_in
from school_erp.accounts.actions.signing_in import SignedIn
from school_erp.accounts.devices import LASTS_SECONDS, Device
from school_erp.accounts.errors import GuessedTooOften, WrongCredentials
from school_erp.accounts.guesses import Guess
from school_erp.accounts.page_session import page_claims
from school_erp.accounts.schemas import ChangePasswordBody, ChoosePasswordBody, SignInBody
from school_erp.accounts.set_aside import (
    MOST,
    claims_set_aside,
    drop_aside,
    keep_aside,
    tokens_set_aside,
)
from school_erp.accounts.tokens import Claims
from school_erp.core.access import (
    actor_or_none,
    address_of_caller,
    current_actor,
    public,
    requires,
)
from school_erp.core.errors import ApplicationError, Invalid, Unauthenticated
from school_erp.core.forms import Form
from school_erp.core.returning import safe_next

blueprint = Blueprint("sign_in", __name__)

SCHOOL, DEVICE = "school", "device"


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public("this is how one stops being nobody")
def page() -> ResponseReturnValue:
    if request.method == "GET" and _is_signed_in() and not _wants_another():
        return redirect(safe_next(request.args.get("next")))
    form = Form(SignInBody, {"school": _school_to_offer()})
    if request.method == "POST" and form.submit(dict):
        try:
            return _welcome_in(form.result)
        except (WrongCredentials, GuessedTooOften) as refusal:
            return _sign_in_form(form, refusal)
    return _sign_in_form(form)


def _school_to_offer() -> str | None:
    """The one of last time; whoever wants another one has that behind them."""
    last = None if _wants_another() else request.cookies.get(_cookie_named(SCHOOL))
    return request.args.get("school") or last


def _welcome_in(body: dict[str, Any]) -> Response:
    school, login = body["school"].lower(), body["login"].lower()
    device = Device.read(request.cookies.get(_cookie_named(DEVICE)))
    known = device.id if device.knows(school, login) else None
    guess = Guess.of(school, login, address_of_caller(), device=known)
    signed_in = signing_in.sign_in(guess, body["password"])
    return _begin(signed_in, school, login, safe_next(request.form.get("next")))


def _begin(signed_in: SignedIn, school: str, login: str, where: str) -> Response:
    device = Device.read(request.cookies.get(_cookie_named(DEVICE)))
    response = make_response(redirect(where))
    if _wants_another():
        _set_aside_who_was_here(response, signed_in)
    page_session.keep(signed_in)
    replaced = claims_set_aside().get(school)
    if replaced is not None:
        signing_in.sign_out(replaced)
        drop_aside(response, school)
    _remember(response, SCHOOL, school)
    _remember(response, DEVICE, str(device.having_met(school, login)))
    return response


def _set_aside_who_was_here(response: Response, signed_in: SignedIn) -> None:
    """The sign-in of another school; one school is spoken for once."""
    claims, before = _held(), page_session.held_refresh()
    if claims is None or claims.school_id == signed_in.account.school_id:
        return
    if len(tokens_set_aside()) < MOST:
        keep_aside(response, queries.slug_of(claims.school_id), before)


def _wants_another() -> bool:
    return bool(request.args.get("another"))


def _sign_in_form(form: Form, refusal: ApplicationError | None = None) -> Response:
    asked = request.values.get("next")
    next_url = safe_next(asked) if asked else ""
    return _form_again("auth/sign_in.html", form, refusal, next_url=next_url)


def _form_again(
    template: str, form: Form, refusal: ApplicationError | None, **shown: Any
) -> Response:
    if refusal is not None:
        form.refuse(refusal)
    status = refusal.status if refusal else form.status
    response = make_response(render_template(template, form=form, **shown), status)
    if refusal is not None and refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


@blueprint.post("/sign-out")
@public("leaving needs no permission; it ends what the cookies hold")
def leave() -> ResponseReturnValue:
    claims = _held()
    aside = claims_set_aside()
    for each in (claims, *aside.values()):
        if each is not None:
            signing_in.sign_out(each)
    page_session.give_up()
    session.clear()
    response = make_response(redirect(url_for("sign_in.page")))
    for school in tokens_set_aside():
        drop_aside(response, school)
    # the page took away all but what somebody else has sealed there and could not send yet
    keeps = request.form.get("keeps") == "sealed"
    response.headers["Clear-Site-Data"] = '"cache"' if keeps else '"cache", "storage"'
    return response


@blueprint.route("/password", methods=["GET", "POST"])
@requires(Permission.OWN_SIGN_IN)
def password() -> ResponseReturnValue:
    form = Form(ChangePasswordBody)
    if request.method == "POST" and form.submit(dict):
        try:
            return _change_password(form.result)
        except (Invalid, GuessedTooOften) as refusal:
            return _form_again("accounts/password.html", form, refusal)
    return _form_again("accounts/password.html", form, None)


def _change_password(body: dict[str, Any]) -> Response:
    page_session.keep(
        passwords.change_password(current_actor(), body["current_password"], body["new_password"])
    )
    flash(_("Your password was changed. Every other device was signed out."), "success")
    return make_response(redirect(url_for("home.start")))


@blueprint.route("/welcome/<token>", methods=["GET", "POST"])
@public("the link is the proof")
def welcome(token: str) -> ResponseReturnValue:
    account = passwords.account_behind(token)
    login, person_id = account.login, account.person_id
    form, refused = Form(ChoosePasswordBody), None
    if request.method == "POST" and form.submit(dict):
        try:
            return _choose_password(token, form.result["password"], login)
        except Invalid as refusal:
            refused = refusal
    school = queries.own_school()
    person = queries.person_of(school.id, person_id)
    shown = {"login": login, "person": person, "school_named": school}
    return _form_again("accounts/welcome.html", form, refused, **shown)


def _choose_password(token: str, password: str, login: str) -> Response:
    chosen = passwords.choose_password(token, password)
    flash(_("Your password is set, and you are signed in."), "success")
    return _begin(chosen, queries.own_school().slug, login, url_for("home.start"))


def _is_signed_in() -> bool:
    try:
        return actor_or_none() is not None
    except Unauthenticated:
        return False


def _held() -> Claims | None:
    try:
        return page_claims()
    except Unauthenticated:
        return None


def _remember(response: Response, name: str, value: str) -> None:
    response.set_cookie(
        _cookie_named(name),
        value,
        max_age=LASTS_SECONDS,
        secure=current_app.config["HTTPS"],
        httponly=True,
        samesite="Lax",
    )


def _cookie_named(name: str) -> str:
    return f"__Host-{name}" if current_app.config["HTTPS"] else name
