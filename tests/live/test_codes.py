"""What proves that somebody is there: the picture, the letters, a claim that outlives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.live.checking_in import API, As, Count, check_in, error_of
from tests.live.conftest import Start
from tests.world import Visitor, World


def test_the_typed_code_does_the_same_in_small_letters_and_with_gaps(start: Start, as_: As) -> None:
    live = start()
    typed = live["qr"]["typed_code"].lower()
    answer = check_in(as_("pia"), live, typed_code=f"{typed[:3]} {typed[3:]}")
    assert answer.status_code == 200, answer.text


def test_typed_codes_cannot_be_guessed_at_length(start: Start, as_: As, count: Count) -> None:
    live, pia = start(), as_("pia")
    told = [check_in(pia, live, typed_code=f"AAAA{n:02}").status_code for n in range(22)]
    assert told[:20] == [422] * 20
    assert told[20:] == [429, 429]
    assert count("check_in") == 0


def test_a_claim_outlives_the_code_and_is_used_once_by_its_student(
    start: Start, as_: As, count: Count
) -> None:
    live, pia, paul = start(single_use=True), as_("pia"), as_("paul")
    said = {"token": live["qr"]["token"], "device": "phone of pia"}
    claimed = pia.post(f"{API}/{live['id']}/claims", json=said).get_json()
    assert claimed["expires_in"] == 300
    stolen = check_in(paul, live, claim=claimed["claim"])
    assert (stolen.status_code, error_of(stolen)) == (422, "code_wrong")
    elsewhere = check_in(pia, live, claim=claimed["claim"], device="another phone")
    assert error_of(elsewhere) == "code_wrong"
    assert count("check_in") == 0
    assert check_in(pia, live, claim=claimed["claim"]).status_code == 200
    again = check_in(pia, live, claim=claimed["claim"])
    assert (again.status_code, error_of(again)) == (409, "claim_used")
    assert count("check_in") == 1


def test_the_address_of_the_code_survives_signing_in(
    founded: World, start: Start, app: Any, visiting: Callable[..., Visitor], count: Count
) -> None:
    live = start()
    path = live["qr"]["url"].removeprefix("http://localhost")
    phone = app.test_client()
    kept = phone.get(path)
    assert (kept.status_code, kept.location) == (302, f"/check-in/{live['id']}")
    asked = phone.get(kept.location)
    assert asked.location == f"/sign-in?next=/check-in/{live['id']}"
    signed_in = phone.post(asked.location, data={**founded.login("pia"), "next": kept.location})
    assert signed_in.location == kept.location
    page = phone.get(kept.location)
    assert "The code on the screen was scanned." in page.text
    csrf = phone.get_cookie("csrf").value
    done = phone.post(kept.location, data={"csrf_token": csrf})
    assert done.status_code == 302, done.text
    assert "You are checked in." in phone.get(kept.location).text
    assert count("student_attendance") == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"token": "8.1.AAAAAAAAAAAAAAAA"}, "code_wrong"),
        ({"token": "x" * 200}, "code_wrong"),
        ({"typed_code": "222222"}, "code_wrong"),
        ({"claim": "1.2.3.4"}, "code_wrong"),
        ({"token": "x", "typed_code": "y"}, "invalid"),
        ({"location": {"latitude": 91, "longitude": 0}}, "invalid"),
        ({"location": {"latitude": "NaN", "longitude": 0}}, "invalid"),
        ({"location": {"latitude": 1e400, "longitude": 0}}, "invalid"),
        ({"location": {"latitude": True, "longitude": 0}}, "invalid"),
        ({"location": {"latitude": 1, "longitude": 0, "accuracy": -1}}, "invalid"),
        ({"scanned_at": "yesterday"}, "invalid"),
        ({"device": "d" * 201}, "invalid"),
    ],
)
def test_what_is_no_code_and_no_place_changes_nothing(
    start: Start, as_: As, count: Count, said: dict[str, Any], code: str
) -> None:
    answer = check_in(as_("pia"), start(), **said)
    assert (answer.status_code, error_of(answer)) == (422, code), answer.text
    assert (count("check_in"), count("student_attendance")) == (0, 0)
