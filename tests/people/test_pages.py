from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.world import Caller, Visitor, World

As = Callable[..., Caller]
Visiting = Callable[..., Visitor]


def shown(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.text)


def names(page: str) -> list[str]:
    return re.findall(r'class="row-link" href="/people/[^"]+">([^<]+)<', page)


def goes_to(answer: TestResponse, path: str) -> None:
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"] == path


def refused(answer: TestResponse) -> list[str]:
    """The sentences beside the fields, or the one above them all."""
    assert answer.status_code == 422, answer.text
    beside = re.findall(r'href="#field-(\w+)"', answer.text)
    above = re.search(r'note-title">([^<]+)<', answer.text)
    return beside or [above[1].strip() if above else ""]


def test_the_office_finds_people_with_a_plain_form(visiting: Visiting) -> None:
    olive = visiting("olive")
    assert len(names(shown(olive.get("/people")))) == 11
    assert names(shown(olive.get("/people?q=park&role=&show="))) == ["Gwen Park", "Pia Park"]
    assert names(shown(olive.get("/people?q=park&role=student"))) == ["Pia Park"]
    assert "Nobody found" in shown(olive.get("/people?q=zzz&somebody=elses"))


def test_a_filter_that_makes_no_sense_is_an_error_page(visiting: Visiting) -> None:
    assert visiting("olive").get("/people?role=headteacher").status_code == 422
    assert visiting("olive").get("/people?cursor=nonsense").status_code == 422


def test_two_hundred_people_come_in_pages(
    visiting: Visiting, as_: As, statements: list[str]
) -> None:
    ada, caller = visiting("ada"), as_("ada")
    for number in range(60):
        body = {"given_name": f"Zed {number:02}", "family_name": "Zulu"}
        assert caller.post("/api/v1/people", json=body).status_code == 201
    first = shown(ada.get("/people?q=zulu"))
    following = re.search(r'href="(/people\?[^"]+)" rel="next"', first)
    assert following is not None
    second = shown(ada.get(following[1].replace("&amp;", "&")))
    assert names(first) + names(second) == [f"Zed {number:02} Zulu" for number in range(60)]
    assert "Back to the start" in second
    counts = []
    for query in ("q=zulu", "q=pia"):
        del statements[:]
        shown(ada.get(f"/people?{query}"))
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_teacher_sees_names_and_no_way_to_reach_them(visiting: Visiting, world: World) -> None:
    tom = visiting("tom")
    page = shown(tom.get("/people"))
    assert "Pia Park" in page
    assert "Quinn Quist" not in page
    profile = shown(tom.get(f"/people/{world.pia}"))
    for secret in ("pia@example.org", "900123", "X-pia", "Gwen", f"/people/{world.pia}/edit"):
        assert secret not in page + profile
    assert tom.get(f"/people/{world.quinn}").status_code == 403


def test_families_see_themselves_and_their_children(visiting: Visiting, world: World) -> None:
    gwen = visiting("gwen")
    own = shown(gwen.get(f"/people/{world.gwen}"))
    assert "gwen@example.org" in own
    assert f'href="/people/{world.pia}"' in own
    assert "pia@example.org" not in own + shown(gwen.get(f"/people/{world.pia}"))
    pia = shown(visiting("pia").get(f"/people/{world.pia}"))
    assert "Gwen Park" in pia
    assert str(world.gwen) not in pia
    assert "Gets messages" not in pia
    assert gwen.get("/people").status_code == 403


def test_only_the_administrator_is_led_to_the_account(visiting: Visiting, world: World) -> None:
    path = f"/people/{world.tom}"
    assert f'href="/accounts/{world.tom}"' in shown(visiting("ada").get(path))
    assert f'href="/accounts/{world.tom}"' not in shown(visiting("olive").get(path))
    typed = {"given_name": "Nia", "family_name": "New", "role": "staff"}
    nia = visiting("ada").submit("/people/new", typed).location
    new = f"/accounts/{nia.removeprefix('/people/')}/new"
    assert f'href="{new}"' in shown(visiting("ada").get(nia))
    assert visiting("ada").get(new).status_code == 200


def test_a_person_is_added_and_changed_with_forms(visiting: Visiting) -> None:
    ada = visiting("ada")
    typed = {
        "given_name": "Zoë",
        "family_name": "Zhang",
        "preferred_name": "",
        "role": "student",
        "email": "",
        "phone": "07700 900456",
        "external_id": "",
    }
    added = ada.submit("/people/new", typed)
    assert added.status_code == 302
    profile = added.headers["Location"]
    assert "07700 900456" in shown(ada.get(profile))
    change = {**typed, "preferred_name": "Zo", "phone": "", "active": "yes"}
    del change["role"]
    goes_to(ada.submit(f"{profile}/edit", change), profile)
    changed = ada.get(f"/api/v1{profile}").get_json()
    assert changed["name"] == "Zo Zhang"
    assert (changed["phone"], changed["active"]) == (None, True)
    del change["active"]
    goes_to(ada.submit(f"{profile}/edit", change), profile)
    assert "No longer here" in shown(ada.get(profile))
    goes_to(ada.submit(f"{profile}/delete"), "/people")
    assert ada.get(profile).status_code == 404


def test_what_was_typed_stays_when_it_is_refused(visiting: Visiting) -> None:
    ada = visiting("ada")
    typed = {"given_name": "<b>Zoë</b>", "family_name": "", "phone": "12345", "role": "student"}
    answer = ada.submit("/people/new", typed)
    assert refused(answer) == ["family_name"]
    assert "&lt;b&gt;Zoë&lt;/b&gt;" in answer.text
    answer = ada.submit("/people/new", {**typed, "family_name": "Zhang"})
    assert refused(answer) == ["phone"]
    assert names(shown(ada.get("/people?q=zoe"))) == []


def test_a_form_with_a_field_of_another_kind_is_refused(visiting: Visiting, world: World) -> None:
    ada = visiting("ada")
    typed = {"given_name": "Pia", "family_name": "Park", "school_id": "x", "active": "yes"}
    assert refused(ada.submit(f"/people/{world.pia}/edit", typed)) == ["school_id"]


def test_the_office_edits_contact_details_alone(visiting: Visiting, world: World) -> None:
    olive = visiting("olive")
    path = f"/people/{world.pia}"
    form = shown(olive.get(f"{path}/edit"))
    assert 'name="email"' in form
    assert 'name="family_name"' not in form
    goes_to(olive.submit(f"{path}/edit", {"email": "new@example.org", "phone": ""}), path)
    assert refused(olive.submit(f"{path}/edit", {"given_name": "Mia"})) == ["given_name"]
    found = olive.get(f"/api/v1{path}").get_json()
    assert (found["given_name"], found["email"], found["phone"]) == ("Pia", "new@example.org", None)


def test_deleting_somebody_with_a_history_says_what_to_do_instead(
    visiting: Visiting, world: World
) -> None:
    ada = visiting("ada")
    goes_to(ada.submit(f"/people/{world.pia}/delete"), f"/people/{world.pia}/edit")
    assert "Mark them as no longer at the school" in ada.get(f"/people/{world.pia}/edit").text


def test_roles_are_given_dated_and_taken_away_with_forms(visiting: Visiting, world: World) -> None:
    ada = visiting("ada")
    profile = f"/people/{world.sam}"
    typed = {"role": "teacher", "starts_on": world.today.isoformat(), "ends_on": ""}
    goes_to(ada.submit(f"{profile}/roles/new", typed), profile)
    assert refused(ada.submit(f"{profile}/roles/new", typed)) == ["starts_on"]
    page = shown(ada.get(profile))
    assert "Staff, Teacher" in page
    role = re.findall(rf'href="({profile}/roles/[0-9a-f-]{{36}})"', page)[0]
    assert 'value="' + world.today.isoformat() in shown(ada.get(role))
    early = {**typed, "ends_on": "2020-01-01"}
    del early["role"]
    assert refused(ada.submit(role, early)) == ["ends_on"]
    goes_to(ada.submit(f"{role}/delete"), profile)
    assert "Teacher" not in shown(ada.get(profile)).partition("</main>")[0].partition("<main")[2]


def test_the_last_administrator_stays_and_the_page_says_why(
    visiting: Visiting, world: World
) -> None:
    ada = visiting("ada")
    page = shown(ada.get(f"/people/{world.ada}"))
    role = re.findall(rf'href="(/people/{world.ada}/roles/[0-9a-f-]{{36}})"', page)[0]
    goes_to(ada.submit(f"{role}/delete"), role)
    assert "your own access as an administrator" in ada.get(role).text


def test_a_guardian_is_found_added_changed_and_removed_with_forms(
    visiting: Visiting, world: World
) -> None:
    olive = visiting("olive")
    profile, add = f"/people/{world.paul}", f"/people/{world.paul}/guardians/new"
    assert "Search for the adult" in shown(olive.get(add))
    assert "Nobody found" in shown(olive.get(f"{add}?q=zzz"))
    choose = f"{add}?guardian_id={world.gil}"
    assert choose in shown(olive.get(f"{add}?q=gil"))
    assert "Add Gil Quist" in shown(olive.get(choose))
    typed = {"guardian_id": str(world.gil), "relation": "father", "gets_messages": "yes"}
    assert refused(olive.submit(add, {**typed, "relation": ""})) == ["relation"]
    goes_to(olive.submit(add, {**typed, "call_order": ""}), profile)
    page = shown(olive.get(profile))
    assert "Gil Quist" in page
    assert "Father" in page
    one = re.findall(rf'href="({profile}/guardians/[0-9a-f-]{{36}})"', page)[0]
    change = {"relation": "father", "call_order": "1.5", "do_not_contact": "yes"}
    assert refused(olive.submit(one, change)) == ["call_order"]
    goes_to(olive.submit(one, {**change, "call_order": "1"}), profile)
    assert "Do not contact" in shown(olive.get(profile))
    goes_to(olive.submit(f"{one}/delete"), profile)
    assert "Gil Quist" not in shown(olive.get(profile)).replace("Gil Quist has been", "")


def test_a_guardian_who_is_nobody_cannot_be_chosen(
    visiting: Visiting, world: World, elsewhere: World
) -> None:
    olive = visiting("olive")
    add = f"/people/{world.paul}/guardians/new"
    for nobody in ("x", str(world.homeroom_7a), str(elsewhere.gwen)):
        assert olive.get(f"{add}?guardian_id={nobody}").status_code == 422
        typed = {"guardian_id": nobody, "relation": "mother"}
        assert olive.submit(add, typed).status_code == 422


WRITES: list[tuple[str, dict[str, Any]]] = [
    ("new", {"given_name": "A", "family_name": "B"}),
    ("{pia}/edit", {"email": ""}),
    ("{pia}/delete", {}),
    ("{pia}/roles/new", {"role": "admin", "starts_on": "2026-01-01"}),
    ("{pia}/guardians/new", {"guardian_id": "{sam}", "relation": "mother"}),
]


@pytest.mark.parametrize("who", ["tom", "sam", "pia", "gwen"])
def test_nobody_else_changes_people_with_forms(visiting: Visiting, world: World, who: str) -> None:
    caller = visiting(who)
    before = visiting("ada").get("/api/v1/people").get_json()
    for path, typed in WRITES:
        answer = caller.submit(f"/people/{path.format(**world.ids)}", typed)
        assert answer.status_code == 403, path
    assert visiting("ada").get("/api/v1/people").get_json() == before


def test_another_schools_people_have_no_pages_here(visiting: Visiting, elsewhere: World) -> None:
    ada = visiting("ada")
    for path in ("", "/edit", "/roles/new", "/guardians/new"):
        assert ada.get(f"/people/{elsewhere.pia}{path}").status_code == 404
    assert ada.submit(f"/people/{elsewhere.pia}/delete").status_code == 404
