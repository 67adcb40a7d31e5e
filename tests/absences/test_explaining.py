"""What a link in a message lets somebody do who has not signed in, and what not."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from school_erp.absences.actions.linking import explanation_link, revoke_links, url_of
from school_erp.absences.jobs import forget_links
from school_erp.absences.links import LinkName, opened, sealed
from school_erp.core.ids import new_id
from school_erp.core.rate_limit import throttle
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from tests.absences.conftest import URL, As, Rows, day
from tests.absences.test_pages import words
from tests.world import Visitor, World

Make = Callable[..., str]
EVERYTHING = (
    "SELECT r::text FROM absence_request r UNION ALL SELECT l::text FROM explanation_link l "
    "UNION ALL SELECT e::text FROM absence_evidence e "
    "UNION ALL SELECT a::text FROM attendance_audit_log a"
)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 40


@pytest.fixture
def link(app: Flask, founded: World) -> Make:
    """`link()`: what a message to Gwen about Pia's absence today leads to."""

    def make(*slots: int) -> str:
        with app.app_context(), acting_for(founded.school_id), unit_of_work():
            return url_of(explanation_link(founded.pia, founded.today, slots, founded.gwen))

    return make


@pytest.fixture
def browser(app: Flask) -> Iterator[FlaskClient]:
    yield app.test_client()
    with app.app_context():
        throttle().clear("20 per minute", "explain", "127.0.0.1")


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def answer(browser: FlaskClient, url: str, file: bytes | None = None, **more: Any) -> Any:
    typed: dict[str, Any] = {"reason": "illness", "note": "", **more}
    if file is not None:
        typed["file"] = FileStorage(io.BytesIO(file), "note.pdf")
    # the client's own way leaves a large form's file open
    stream, _, boundary = stream_encode_multipart(typed, use_tempfile=False)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return browser.post(path_of(url), data=stream.read(), content_type=kind)


def test_a_mother_explains_by_the_link_once_and_the_office_accepts(
    founded: World, link: Make, browser: FlaskClient, rows: Rows, as_: As, marked: Any
) -> None:
    marked(on=0, A=["pia"])
    url = link(1)
    assert link(1) == url
    page = browser.get(path_of(url)).text
    assert "Why was Pia away?" in page
    assert "Windmill Lane School" in page
    for secret in ("Park", "Gwen", "7A", "X-pia", str(founded.pia), str(founded.gwen)):
        assert secret not in page, secret
    note = "<b>Fever</b>"
    sent = answer(browser, url, PDF, note=note, ends_on=day(founded, 2))
    assert (sent.status_code, "has been told" in sent.text) == (200, True)
    [(state, through, asked_by, text)] = rows(
        "SELECT state, through, asked_by, note FROM absence_request"
    )
    assert (state, through, asked_by, text) == ("pending", "link", founded.gwen, note)

    stored = rows(EVERYTHING)
    for again in (answer(browser, url, reason="other"), browser.get(path_of(url))):
        assert again.status_code == 409
        assert "this was answered already" in again.text
        assert "Pia" not in again.text
    assert rows(EVERYTHING) == stored

    olive = as_("olive")
    [asked] = olive.get(f"{URL}?state=pending").get_json()["items"]
    assert asked["has_evidence"]
    olive.put(f"{URL}/{asked['id']}/decision", json={"decision": "accepted"})
    assert rows("SELECT code, source FROM student_attendance") == [("E", 5)]
    assert len(rows("SELECT 1 FROM announced_absence")) == 3

    handed = olive.get(f"{URL}/{asked['id']}/evidence")
    assert handed.data == PDF
    assert handed.headers["Content-Type"] == "application/pdf"
    assert handed.headers["Content-Disposition"] == 'attachment; filename="evidence.pdf"'
    assert handed.headers["X-Content-Type-Options"] == "nosniff"
    assert as_("gwen").get(f"{URL}/{asked['id']}/evidence").status_code == 200
    assert as_("gil").get(f"{URL}/{asked['id']}/evidence").status_code == 403
    assert as_("tom").get(f"{URL}/{asked['id']}/evidence").status_code == 403


def test_a_link_that_does_not_hold_tells_nothing_and_changes_nothing(
    app: Flask, founded: World, link: Make, browser: FlaskClient, rows: Rows, owner: Any
) -> None:
    url = link()
    token = url.rpartition("/")[2]
    secret = app.config["SECRET_KEY"]
    name = opened(token, secret)
    assert name == LinkName(founded.school_id, name.link_id if name else new_id())
    end = "A" if token[-2] != "A" else "B"
    wrong = [
        token[:-2] + end + token[-1],
        token[1:] + token[0],
        token[:20],
        "é" * 64,
        sealed(LinkName(founded.school_id, name.link_id), "another secret, of another house"),
        sealed(LinkName(founded.school_id, new_id()), secret),
        sealed(LinkName(new_id(), name.link_id), secret),
    ]

    def refused(told: str = "") -> None:
        before = rows(EVERYTHING)
        for response in (browser.get(f"/explain/{token}"), answer(browser, url)):
            assert response.status_code == 404
            assert told in response.text
            assert "Pia" not in response.text
        api = browser.post(f"/api/v1/explain/{token}", json={"reason": "illness"})
        assert api.status_code == 404
        assert rows(EVERYTHING) == before

    for each in wrong:
        for response in (
            browser.get(f"/explain/{each}"),
            browser.post(f"/explain/{each}", data={"reason": "illness"}),
            browser.get(f"/api/v1/explain/{each}"),
        ):
            assert response.status_code == 404, each
            assert "Pia" not in response.text
        with app.app_context():
            throttle().clear("20 per minute", "explain", "127.0.0.1")
    owner.execute("UPDATE explanation_link SET expires_at = now() - interval '1 second'")
    refused("no longer valid")
    owner.execute("UPDATE explanation_link SET expires_at = now() + interval '1 day'")
    owner.execute("UPDATE guardianship SET do_not_contact = true")
    refused("no longer valid")
    owner.execute("UPDATE guardianship SET do_not_contact = false")
    assert browser.get(f"/explain/{token}").status_code == 200
    with app.app_context(), acting_for(founded.school_id), unit_of_work():
        revoke_links([founded.pia], founded.today, 1)
    refused("no longer valid")
    assert link() != url


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"<script>alert(1)</script>", "not a PDF or a picture"),
        (b"%PDF-1.7 but torn off in the middle", "not a PDF or a picture"),
        (b"MZ\x90\x00" + PDF, "not a PDF or a picture"),
        (b"", "not a PDF or a picture"),
        (PNG + b"\x00" * (5 * 1024 * 1024), "larger than 5 MB"),
    ],
    ids=["a script", "half a PDF", "a program", "nothing", "too large"],
)
def test_a_file_is_what_is_in_it_and_not_what_it_is_called(
    link: Make, browser: FlaskClient, rows: Rows, file: bytes, said: str
) -> None:
    url = link()
    before = rows(EVERYTHING)
    refused = answer(browser, url, file)
    assert refused.status_code == 422
    assert said in words(refused.text)
    sent = {"reason": "illness", "file": base64.b64encode(file).decode()}
    error = browser.post(f"/api/v1{path_of(url)}", json=sent)
    assert list(error.get_json()["error"]["fields"]) == ["file"]
    assert rows(EVERYTHING) == before


def test_answers_that_cannot_be_leave_the_link_open(
    founded: World, link: Make, browser: FlaskClient, rows: Rows
) -> None:
    url = link()
    api, before = f"/api/v1{path_of(url)}", rows(EVERYTHING)
    assert browser.get(api).get_json()["given_name"] == "Pia"
    for body, field in (
        ({}, "reason"),
        ({"reason": "dragons"}, "reason"),
        ({"reason": "illness", "note": "x" * 1_001}, "note"),
        ({"reason": "illness", "ends_on": day(founded, -1)}, "ends_on"),
        ({"reason": "illness", "ends_on": day(founded, 90)}, "ends_on"),
        ({"reason": "illness", "file": "%%%"}, "file"),
        ({"reason": "illness", "student_id": str(founded.paul)}, "student_id"),
    ):
        refused = browser.post(api, json=body)
        assert refused.status_code == 422, refused.text
        assert list(refused.get_json()["error"]["fields"]) == [field]
    elsewhere = browser.post(
        api, json={"reason": "illness"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert elsewhere.status_code == 403
    assert browser.post(path_of(url), data=b"x" * 9_000_000).status_code == 413
    assert rows(EVERYTHING) == before
    sent = {"reason": "illness", "file": base64.b64encode(PNG).decode()}
    assert browser.post(api, json=sent).get_json() == {"state": "pending"}
    assert rows("SELECT kind FROM absence_evidence") == [("png",)]


def test_many_answers_at_once_are_one(app: Flask, link: Make, rows: Rows) -> None:
    api = f"/api/v1{path_of(link())}"

    def send(number: int) -> int:
        body = {"reason": "illness", "note": f"{number}"}
        return app.test_client().post(api, json=body).status_code

    with ThreadPoolExecutor(6) as several:
        answers = sorted(several.map(send, range(6)))
    assert answers == [201, 409, 409, 409, 409, 409]
    assert len(rows("SELECT 1 FROM absence_request")) == 1


@pytest.mark.usefixtures("alone")
def test_links_are_forgotten_a_month_after_they_ran_out(
    app: Flask, link: Make, owner: Any, rows: Rows
) -> None:
    link()
    for days, left in ((29, 1), (31, 0)):
        ran_out = "UPDATE explanation_link SET expires_at = now() - make_interval(days => %s)"
        owner.execute(ran_out, [days])
        with app.app_context():
            forget_links()
        assert len(rows("SELECT 1 FROM explanation_link")) == left


def test_who_is_signed_in_at_another_school_answers_for_the_school_of_the_link(
    founded: World, elsewhere: World, link: Make, visiting: Any, rows: Rows, change: Any
) -> None:
    change("attendance_settings", daily_sessions=2)
    there: Visitor = visiting("tom", elsewhere)
    url = link(2)
    page = words(there.get(path_of(url)).text)
    assert "Why was Pia away?" in page
    assert "Afternoon" in page
    assert answer(there.client, url, PNG).status_code == 200
    [told] = rows("SELECT student_id, asked_by, slots FROM absence_request")
    assert told == (founded.pia, founded.gwen, [2])
    assert there.get("/timetable").status_code == 200


def test_whoever_tries_links_at_random_is_slowed_down(link: Make, browser: FlaskClient) -> None:
    url = link()
    tried = [browser.get(f"/explain/{'x' * 64}").status_code for _ in range(21)]
    assert (tried[0], tried[-1]) == (404, 429)
    assert browser.get(path_of(url)).status_code == 429


def test_a_file_is_added_by_its_sender_until_somebody_decides(
    founded: World, as_: As, rows: Rows
) -> None:
    gwen = as_("gwen")
    body = {"student_id": str(founded.pia), "starts_on": day(founded, 1), "reason": "illness"}
    url = f"{URL}/{gwen.post(URL, json=body).get_json()['id']}"
    assert gwen.get(f"{url}/evidence").status_code == 404
    for content in (PNG, PDF):
        assert gwen.put(f"{url}/evidence", data=content).status_code == 204
    assert as_("gil").put(f"{url}/evidence", data=PNG).status_code == 403
    assert gwen.put(f"{url}/evidence", data=b"<html>").status_code == 422
    as_("olive").put(f"{url}/decision", json={"decision": "accepted"})
    assert gwen.put(f"{url}/evidence", data=PNG).status_code == 409
    assert rows("SELECT kind, content FROM absence_evidence") == [("pdf", PDF)]
    noted = "SELECT before, after FROM attendance_audit_log WHERE after ? 'file' ORDER BY at"
    assert rows(noted) == [(None, {"file": "png"}), ({"file": "png"}, {"file": "pdf"})]
