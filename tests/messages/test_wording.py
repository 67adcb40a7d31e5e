"""A school's own words: checked, tried, measured, and given up again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.world import Caller, Visitor, World

As = Callable[..., Caller]
SMS = "/api/v1/messages/templates/absent/sms/en"
EMAIL = "/api/v1/messages/templates/refused/email/fr"


def test_there_are_words_for_every_kind_way_and_language_and_a_school_may_have_its_own(
    founded: World, as_: As, audited: Callable[[], Any], count: Callable[[str], int]
) -> None:
    ada, olive = as_("ada"), as_("olive")
    items = olive.get("/api/v1/messages/templates").get_json()["items"]
    assert len(items) == 5 * 2 * 3
    assert not any(each["is_own"] for each in items)
    said = {"text": "{student} is away, {when}: {link}", "base_version": 0}
    assert olive.put(SMS, json=said).status_code == 403
    stored = ada.put(SMS, json=said).get_json()
    assert (stored["is_own"], stored["version"], stored["text"]) == (True, 1, said["text"])
    assert ada.put(SMS, json={"text": said["text"]}).get_json()["version"] == 1
    assert (
        ada.put(SMS, json=said | {"text": "Other"}).get_json()["error"]["code"] == "words_changed"
    )
    assert audited()[-1].after["text"] == said["text"]
    assert olive.get(SMS).get_json() == stored
    assert ada.delete(SMS).get_json()["is_own"] is False
    assert ada.delete(SMS).status_code == 200
    assert count("message_template") == 0


@pytest.mark.parametrize(
    ("path", "said", "field", "named"),
    [
        (SMS, {"text": "{pupil} is away {link} {Student}"}, "text", "{pupil}, {Student}"),
        (SMS, {"text": "{answer}"}, "text", "{answer}"),
        (SMS, {"text": "{}"}, "text", "{}"),
        (SMS, {"text": "x", "subject": "y"}, "subject", "no subject"),
        (EMAIL, {"text": "{answer}"}, "subject", "needs a subject"),
        (EMAIL, {"text": "x", "subject": "{link}"}, "subject", "{link}"),
        (SMS, {"text": ""}, "text", ""),
        (SMS, {"text": "x" * 1501}, "text", ""),
        (SMS, {"text": "x", "html": "y"}, "html", ""),
    ],
)
def test_words_that_cannot_be_filled_in_are_refused_and_nothing_is_stored(
    founded: World,
    as_: As,
    count: Callable[[str], int],
    path: str,
    said: dict[str, str],
    field: str,
    named: str,
) -> None:
    ada = as_("ada")
    for answer in (ada.put(path, json=said), ada.post(f"{path}/preview", json=said)):
        assert answer.status_code == 422, answer.text
        assert named in " ".join(answer.get_json()["error"]["fields"][field])
    assert count("message_template") == 0


def test_what_is_no_occasion_is_not_there(founded: World, as_: As) -> None:
    ada = as_("ada")
    for path in ("absent/fax/en", "gone/sms/en", "absent/sms/xx"):
        assert ada.get(f"/api/v1/messages/templates/{path}").status_code == 404


def test_a_text_is_tried_with_names_that_are_nobodys_and_measured(
    founded: World, as_: As, count: Callable[[str], int]
) -> None:
    olive = as_("olive")

    def tried(text: str) -> dict[str, Any]:
        return dict(olive.post(f"{SMS}/preview", json={"text": text}).get_json())

    short = tried("{student} {link}")
    assert short["text"].startswith("Alex http")
    assert (short["encoding"], short["segments"], short["advice"]) == ("GSM-7", 1, [])
    dear = tried("Ça va, {student}? ç" + "x" * 140)
    assert (dear["encoding"], dear["segments"]) == ("UCS-2", 3)
    assert len(dear["advice"]) == 3
    assert (count("message_template"), count("explanation_link")) == (0, 0)


def test_the_page_works_as_plain_forms(
    founded: World, visiting: Callable[..., Visitor], count: Callable[[str], int]
) -> None:
    ada = visiting("ada")
    assert "Texts of messages" in ada.get("/messages/texts").text
    path = "/messages/texts/absent/sms/fr"
    assert "Camille" in ada.get(path).text
    typed = {"text": "<b>{student}</b> {link}", "base_version": "0"}
    tried = ada.submit(f"{path}/preview", typed)
    assert "&lt;b&gt;Camille&lt;/b&gt;" in tried.text
    assert "<b>Camille" not in tried.text
    assert count("message_template") == 0
    wrong = ada.submit(path, {"text": "{pupil}"})
    assert (wrong.status_code, "{pupil}" in wrong.text) == (422, True)
    assert ada.submit(path, typed).status_code == 302
    assert "Your own" in ada.get(path).text
    assert visiting("olive").submit(path, typed).status_code == 403
    assert ada.submit(f"{path}/reset").status_code == 302
    assert count("message_template") == 0


def test_how_somebody_is_written_to_is_kept_and_a_new_number_begins_anew(
    founded: World, as_: As, owner: Any
) -> None:
    olive = as_("olive")
    path = f"/api/v1/people/{founded.gwen}"
    owner.execute("UPDATE person SET phone_bad_since = now(), email_bad_since = now()")
    shown = olive.patch(path, json={"language": "fr", "message_channel": "both"}).get_json()
    assert (shown["language"], shown["message_channel"]) == ("fr", "both")
    assert shown["phone_bad_since"]
    shown = olive.patch(path, json={"phone": "+447700900125"}).get_json()
    assert shown["phone_bad_since"] is None
    assert shown["email_bad_since"]
    for wrong in ({"language": "de"}, {"message_channel": "fax"}):
        assert olive.patch(path, json=wrong).status_code == 422
    assert "language" not in as_("gil").get(f"/api/v1/people/{founded.tom}").get_json()


def test_the_schools_rules_of_messages_are_settings_like_others(founded: World, as_: As) -> None:
    ada = as_("ada")
    path = "/api/v1/school/attendance/settings"
    changes = {
        "messages_from": "07:30",
        "message_each_lesson": True,
        "message_on_late": True,
        "message_on_arrival": True,
        "message_budget": 5,
    }
    stored = ada.patch(path, json=changes).get_json()
    assert {name: stored[name] for name in changes} == changes
    assert ada.patch(path, json={"message_budget": -1}).status_code == 422
    assert ada.patch(path, json={"messages_from": "25:00"}).status_code == 422
