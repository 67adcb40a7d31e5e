"""Going to and fro between schools that one has an account at."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from school_erp.accounts import page_session
from school_erp.accounts.access import Permission
from school_erp.accounts.actions import signing_in
from school_erp.accounts.actions.signing_in import SignedIn
from school_erp.accounts.set_aside import (
    MOST,
    claims_set_aside,
    drop_aside,
    keep_aside,
    schools_set_aside,
    tokens_set_aside,
)
from school_erp.core.access import requires
from school_erp.core.errors import Unauthenticated
from school_erp.schools.queries import own_school

blueprint = Blueprint("other_schools", __name__, url_prefix="/other-schools")


@blueprint.get("")
@requires(Permission.OWN_SIGN_IN)
def index() -> ResponseReturnValue:
    found = schools_set_aside()
    return render_template("accounts/other_schools.html", found=found, full=len(found) >= MOST)


@blueprint.post("")
@requires(Permission.OWN_SIGN_IN)
def go() -> ResponseReturnValue:
    slug = request.form.get("school", "")
    here, held = own_school().slug, page_session.held_refresh()
    signed_in = _renewed(slug)
    if signed_in is None:
        return _to_sign_in(slug)
    response = make_response(redirect(url_for("home.start")))
    # of two clicks at once, the first one's answer brings the cookies
    if signed_in.rotated:
        page_session.keep(signed_in)
        _change_places(response, slug, here, held)
    return response


def _to_sign_in(slug: str) -> Response:
    flash(_("Sign in to that school again."), "warning")
    known = slug in tokens_set_aside()
    address = url_for("sign_in.page", another="yes", school=slug if known else None)
    response = make_response(redirect(address))
    if known:
        drop_aside(response, slug)
    return response


def _renewed(slug: str) -> SignedIn | None:
    claims = claims_set_aside().get(slug)
    if claims is None:
        return None
    try:
        return signing_in.renew(claims, from_page=True)
    except Unauthenticated:
        return None


def _change_places(response: Response, there: str, here: str, held: str) -> None:
    drop_aside(response, there)
    if held:
        keep_aside(response, here, held)
