"""What people see when something is wrong: a form, a link, their rights, the network, or us."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser

from bench._walk.pages import Atlas, Place
from bench._walk.rounds import UNREACHED, Round, Seen, Walker, sign_in, walking
from bench._walk.sending import send_files
from school_erp.core.ids import new_id

BOTH = ("light", "dark")
# not theirs: pages that none of these roles may see
NOT_THEIRS = {
    "officer": "/accounts",
    "teacher": "/accounts",
    "staff": "/messages",
    "student": "/people",
    "guardian": "/people",
}
WRONG = "x" * 43
_ASKING = """[...document.querySelectorAll("main form[method=post]")]
    .filter((form) => form.querySelector("[required]"))"""
_COUNT = f"() => {_ASKING}.length"
# as somebody would whose browser checks nothing
_SEND_EMPTY = f"""(number) => {{
  const form = {_ASKING}[number];
  for (const each of form.querySelectorAll("input:not([type=hidden]), textarea, select")) {{
    if (/radio|checkbox/.test(each.type)) each.checked = false;
    else if (each.type !== "file") each.value = "";
  }}
  HTMLFormElement.prototype.submit.call(form);
}}"""


def walk_failing(
    browser: Browser, url: str, atlas: Atlas, each: Round, pictures: Path | None
) -> Seen:
    with walking(browser, url, each.device, each.language, str(each), pictures) as walker:
        if each.visitor.login:
            sign_in(walker.page, url, each.visitor.login)
        _ERRANDS[each.errand](walker, atlas, each)
        return walker.seen


def _look_at_refusals(walker: Walker, _atlas: Atlas, each: Round) -> None:
    for address, status in ((f"/people/{new_id()}", 404), (NOT_THEIRS.get(each.visitor.role), 403)):
        if address is None:
            continue
        said = walker.open(address, expected=status)
        if said != status:
            walker.note("wrong status", f"error {status}", f"{said} for {address}", "as it opens")
        walker.look(f"error {status}", BOTH)


def _send_forms_empty(walker: Walker, atlas: Atlas, _each: Round) -> None:
    """Each form that asks for something, on each page of this person, sent without it."""
    known: dict[Place, str] = {}
    ahead = atlas.fresh(["/", *atlas.plain], known)
    while ahead:
        address = ahead.pop(0)
        if walker.open(address, expected=403) != 200:
            continue
        found, forms = walker.links(), walker.page.evaluate(_COUNT)
        for number in range(forms):
            _send_empty(walker, address, number)
        ahead += atlas.fresh(found, known)


def _send_empty(walker: Walker, address: str, number: int) -> None:
    page, name = walker.page, f"empty form {number + 1} of {address.partition('?')[0]}"
    walker.open(address, expected=422)
    with page.expect_navigation(wait_until="load") as going:
        page.evaluate(_SEND_EMPTY, number)
    status = going.value.status
    # back to the list, which says why nothing was done
    is_told_there = status == 200 and page.locator(".note-bad").count()
    if status != 422 and not is_told_there:
        walker.note("empty form not refused", name, f"{status}, now at {page.url}", "as it is sent")
    elif not page.locator(".note-bad, .field-error, .error-summary, [role=alert]").count():
        walker.note("error without words", name, page.url, "as it is sent")
    walker.look(name, ("light",))


def _look_signed_out(walker: Walker, atlas: Atlas, each: Round) -> None:
    """Sign-in, also refused, and where links in messages lead, also when they lead nowhere."""
    for address in ("/sign-in", *each.letters):
        if walker.open(address) == 200:
            place = atlas.place(address)
            walker.seen.reached |= {place.rule} if place else set()
            walker.look(address.rpartition("/")[0] or address, BOTH)
        else:
            walker.note("wrong status", address, "not 200", "as it opens")
    for address in (f"/welcome/{WRONG}", f"/explain/{WRONG}", f"/check-in/{new_id()}", "/nowhere"):
        walker.open(address, expected=404)
        walker.look(f"wrong link {address.split('/')[1]}", BOTH)
    walker.open("/sign-in", expected=401)
    for name, value in (("school", "riverside"), ("login", "nobody"), ("password", "not it")):
        walker.page.fill(f"[name={name}]", value)
    walker.page.press("[name=password]", "Enter")
    walker.page.wait_for_load_state("load")
    walker.look("refused sign-in", BOTH)


def _look_without_network(walker: Walker, _atlas: Atlas, each: Round) -> None:
    """A teacher in a basement, whose registers the device keeps."""
    walker.open("/registers")
    walker.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    walker.open("/registers")
    walker.page.wait_for_timeout(3_000)
    walker.page.context.set_offline(True)
    for address in ("/", "/registers", "/registers/kept"):
        if walker.open(address) != UNREACHED:
            walker.look(f"offline {address}", BOTH)
    _mark_and_leave(walker, each)


def _mark_and_leave(walker: Walker, each: Round) -> None:
    """A mark that cannot be sent: for whoever made it, and for who takes the device next."""
    page, register = walker.page, each.besides[0]
    walker.open(register)
    page.locator("main label:has(input[value=P])").first.click()
    page.wait_for_timeout(1_000)
    walker.look("offline register with a mark", BOTH)
    if walker.open("/registers/kept") != UNREACHED:
        walker.look("offline mark that waits", BOTH)
        page.locator("[data-sign-out]").first.evaluate("(form) => form.requestSubmit()")
        page.locator("[data-leave][open]").wait_for()
        walker.look("offline question of who leaves", BOTH)
    for name in ("access", "refresh"):
        page.context.clear_cookies(name=name)
    page.context.set_offline(False)
    assert each.follower is not None
    sign_in(page, walker.url, each.follower.login)
    walker.open("/registers/kept")
    page.locator("[data-sealed=ofOthers]:not([hidden])").wait_for()
    walker.look("mark of somebody else", BOTH)
    page.context.set_offline(True)
    page.locator("[data-sign-out]").first.evaluate("(form) => form.requestSubmit()")
    page.get_by_role("heading", level=1).and_(page.locator(".plain-card *")).wait_for()
    walker.look("offline farewell", BOTH)


def _look_without_database(walker: Walker, _atlas: Atlas, _each: Round) -> None:
    for address in ("/", "/registers", "/sign-in"):
        walker.open(address, expected=503)
        walker.look(f"no database {address}", BOTH)


_ERRANDS: dict[str, Callable[[Walker, Atlas, Round], None]] = {
    "refusals": _look_at_refusals,
    "empty forms": _send_forms_empty,
    "files": send_files,
    "signed out": _look_signed_out,
    "no network": _look_without_network,
    "no database": _look_without_database,
}
