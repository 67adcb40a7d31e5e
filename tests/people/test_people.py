from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.world import Caller, World

As = Callable[..., Caller]
PEOPLE = "/api/v1/people"


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [person["name"] for person in answer.get_json()["items"]]


def fields(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.get_data(as_text=True)
    return set(answer.get_json()["error"]["fields"])


NEW = {"given_name": "Zoë", "family_name": "Zhang"}


def test_the_administrator_adds_a_person_who_is_found_at_once(as_: As) -> None:
    ada = as_("ada")
    answer = ada.post(
        PEOPLE,
        json={**NEW, "preferred_name": "Zo", "phone": "07700 900456", "external_id": "UPN 1"},
    )
    assert answer.status_code == 201
    added = answer.get_json()
    assert added["name"] == "Zo Zhang"
    assert (added["phone"], added["email"]) == ("+447700900456", None)
    assert (added["active"], added["roles"]) == (True, [])
    assert answer.headers["Location"] == f"{PEOPLE}/{added['id']}"
    assert ada.get(answer.headers["Location"]).get_json() == added
    for q in ("zoe", "ZHANG zo", "upn 1", "ang"):
        assert names(ada.get(PEOPLE, query_string={"q": q})) == ["Zo Zhang"]


def test_a_person_may_be_given_a_role_while_being_added(as_: As, world: World) -> None:
    ada = as_("ada")
    added = ada.post(PEOPLE, json={**NEW, "role": "student"}).get_json()
    assert added["roles"] == ["student"]
    grants = ada.get(f"{PEOPLE}/{added['id']}/roles").get_json()["items"]
    assert [(grant["role"], grant["starts_on"]) for grant in grants] == [
        ("student", world.today.isoformat())
    ]


def test_adding_twice_under_one_key_adds_once(as_: As) -> None:
    ada = as_("ada")
    first, second = (
        ada.post(PEOPLE, json=NEW, headers={"Idempotency-Key": "add-zoe"}) for _ in range(2)
    )
    assert first.get_json() == second.get_json()
    assert len(names(ada.get(PEOPLE, query_string={"q": "zhang"}))) == 1


def test_one_name_is_enough(as_: As) -> None:
    ada = as_("ada")
    made = ada.post(PEOPLE, json={"family_name": "Suharjo"})
    assert made.status_code == 201
    assert made.get_json()["name"] == "Suharjo"
    assert names(ada.get(PEOPLE, query_string={"q": "suharjo"})) == ["Suharjo"]


def test_a_change_touches_only_what_is_sent(as_: As, world: World) -> None:
    ada = as_("ada")
    before = ada.get(f"{PEOPLE}/{world.pia}").get_json()
    after = ada.patch(f"{PEOPLE}/{world.pia}", json={"preferred_name": "Pip"}).get_json()
    assert after == {**before, "preferred_name": "Pip", "name": "Pip Park"}
    assert names(ada.get(PEOPLE, query_string={"q": "pip"})) == ["Pip Park"]
    cleared = ada.patch(f"{PEOPLE}/{world.pia}", json={"preferred_name": None, "email": None})
    assert cleared.get_json() == {**before, "email": None}


def test_the_office_keeps_contact_details_and_nothing_else(as_: As, world: World) -> None:
    olive = as_("olive")
    path = f"{PEOPLE}/{world.gwen}"
    changed = olive.patch(path, json={"email": "gwen@example.net", "phone": "020 7946 0018"})
    assert changed.status_code == 200
    assert changed.get_json()["phone"] == "+442079460018"
    for refused in ({"family_name": "Stark"}, {"active": False}, {"external_id": "7"}):
        assert olive.patch(path, json={**refused, "email": "no@example.net"}).status_code == 403
    assert olive.post(PEOPLE, json=NEW).status_code == 403
    assert olive.delete(path).status_code == 403
    assert olive.get(path).get_json() == changed.get_json()


WRONG: list[dict[str, Any]] = [
    {"nickname": "Z"},
    {"id": "00000000-0000-0000-0000-000000000000"},
    {"school_id": "00000000-0000-0000-0000-000000000000"},
    {"search_words": "everyone"},
    {"family_name": ""},
    {"given_name": None},
    {"given_name": ["Zoë"]},
    {"family_name": "x" * 101},
    {"family_name": "Zha\x00ng"},
    {"family_name": "Zha\ud800ng"},
    {"email": "zoe at example.org"},
    {"email": f"{'z' * 250}@example.org"},
    {"phone": "12345"},
    {"phone": "call me"},
    {"phone": 7700900123},
    {"external_id": "X-pia"},
    {"role": "headteacher"},
]


def test_a_person_who_cannot_be_is_refused_and_nobody_added(
    as_: As, subtests: pytest.Subtests
) -> None:
    ada = as_("ada")
    for wrong in WRONG:
        with subtests.test(str(wrong)):
            before = ada.get(PEOPLE).get_json()
            assert fields(ada.post(PEOPLE, json={**NEW, **wrong})) == set(wrong)
            assert ada.get(PEOPLE).get_json() == before


WRONG_CHANGES: list[dict[str, Any]] = [
    {"role": "admin"},
    {"given_name": None},
    {"active": "perhaps"},
    {"external_id": "X-paul"},
]


def test_a_change_that_cannot_be_is_refused_whole(
    as_: As, world: World, subtests: pytest.Subtests
) -> None:
    ada = as_("ada")
    for wrong in WRONG_CHANGES:
        with subtests.test(str(wrong)):
            before = ada.get(f"{PEOPLE}/{world.pia}").get_json()
            answer = ada.patch(f"{PEOPLE}/{world.pia}", json={"preferred_name": "Pip", **wrong})
            assert fields(answer) == set(wrong)
            assert ada.get(f"{PEOPLE}/{world.pia}").get_json() == before


def test_a_body_that_is_no_person_is_refused(as_: As) -> None:
    ada = as_("ada")
    for body in (b"\xff\xfe", b"[]", b'"Zo"', b"{", b'{"given_name": "\xff"}', b""):
        answer = ada.post(PEOPLE, data=body, content_type="application/json")
        assert answer.status_code in {400, 422}, body


def test_two_schools_may_use_the_same_number(as_: As, elsewhere: World) -> None:
    there = as_("ada", elsewhere)
    assert there.post(PEOPLE, json={**NEW, "external_id": "77"}).status_code == 201
    assert as_("ada").post(PEOPLE, json={**NEW, "external_id": "77"}).status_code == 201


def test_a_number_in_the_way_of_another_country_is_dialled_by_it(as_: As) -> None:
    ada = as_("ada")
    ada.patch("/api/v1/school", json={"region": "KE"})
    added = ada.post(PEOPLE, json={**NEW, "phone": "0712 123456"}).get_json()
    assert added["phone"] == "+254712123456"


def test_somebody_entered_by_mistake_is_deleted(as_: As) -> None:
    ada = as_("ada")
    path = f"{PEOPLE}/{ada.post(PEOPLE, json={**NEW, 'role': 'student'}).get_json()['id']}"
    assert ada.delete(path).status_code == 204
    assert ada.get(path).status_code == 404
    assert ada.delete(path).status_code == 404


@pytest.mark.parametrize("who", ["pia", "gwen", "cora"])
def test_somebody_with_a_history_is_not_deleted_but_says_goodbye(
    as_: As, world: World, who: str
) -> None:
    ada = as_("ada")
    path = f"{PEOPLE}/{world.ids[who]}"
    refused = ada.delete(path)
    assert refused.status_code == 409
    assert refused.get_json()["error"]["code"] == "has_history"
    assert ada.patch(path, json={"active": False}).status_code == 200
    assert names(ada.get(PEOPLE, query_string={"active": "false"})) == [
        ada.get(path).get_json()["name"]
    ]


def test_a_child_alone_is_history_enough(as_: As, world: World) -> None:
    ada = as_("ada")
    added = ada.post(PEOPLE, json=NEW).get_json()["id"]
    body = {"guardian_id": added, "relation": "mother"}
    assert ada.post(f"{PEOPLE}/{world.paul}/guardians", json=body).status_code == 201
    assert ada.delete(f"{PEOPLE}/{added}").status_code == 409


def test_who_leaves_is_signed_out_and_out_of_sight_of_colleagues(as_: As, world: World) -> None:
    tom, tara = as_("tom"), as_("tara")
    assert as_("ada").patch(f"{PEOPLE}/{world.tara}", json={"active": False}).status_code == 200
    assert tara.get(f"{PEOPLE}/{world.tara}").status_code == 401
    assert tom.get(f"{PEOPLE}/{world.tara}").status_code == 403
    assert "Tara Tran" not in names(tom.get(PEOPLE))


def test_nobody_deletes_or_retires_themselves(as_: As, world: World) -> None:
    ada = as_("ada")
    path = f"{PEOPLE}/{world.ada}"
    assert ada.delete(path).get_json()["error"]["code"] == "own_administration"
    assert ada.patch(path, json={"active": False}).status_code == 409
    assert ada.get(path).get_json()["active"] is True


def test_people_come_by_family_name_in_pages_that_neither_skip_nor_repeat(as_: As) -> None:
    olive = as_("olive")
    everyone = names(olive.get(PEOPLE))
    assert everyone == sorted(everyone, key=lambda name: name.split()[::-1])
    paged: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    while True:
        page = olive.get(PEOPLE, query_string=query).get_json()
        paged += [person["name"] for person in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert paged == everyone


def test_an_accent_does_not_send_a_name_to_the_end_of_the_list(as_: As) -> None:
    ada = as_("ada")
    for family in ("Élan", "Łoś", "Østby", "Zebra", "Ahmed"):
        body = {"given_name": "Someone", "family_name": family}
        assert ada.post(PEOPLE, json=body).status_code == 201
    found = names(ada.get(PEOPLE, query_string={"q": "someone"}))
    assert [name.split()[1] for name in found] == ["Ahmed", "Élan", "Łoś", "Østby", "Zebra"]


def test_a_page_may_begin_after_the_longest_name_in_any_script(as_: As) -> None:
    ada = as_("ada")
    for given in ("𐤀" * 100, "𐤁" * 100):
        body = {"given_name": given, "family_name": "𐤀" * 100}
        assert ada.post(PEOPLE, json=body).status_code == 201
    query = {"limit": 1, "q": "𐤀"}
    page = ada.get(PEOPLE, query_string=query).get_json()
    after = ada.get(PEOPLE, query_string={**query, "cursor": page["next_cursor"]})
    assert [person["given_name"] for person in after.get_json()["items"]] == ["𐤁" * 100]


SEARCHES: list[tuple[dict[str, str], list[str]]] = [
    ({"q": "park"}, ["Gwen Park", "Pia Park"]),
    ({"q": "PARK  pi"}, ["Pia Park"]),
    ({"q": "park pavlov"}, []),
    ({"q": "lovelace brown"}, ["Ada Lovelace-Brown"]),
    ({"q": "x-pia"}, ["Pia Park"]),
    ({"q": "%"}, []),
    ({"q": "_"}, []),
    ({"q": "/"}, []),
    ({"q": "\\"}, []),
    ({"q": "'; DROP TABLE person; --"}, []),
    ({"q": "park", "role": "guardian"}, ["Gwen Park"]),
    ({"role": "officer"}, ["Olive Okafor"]),
    ({"role": "officer", "active": "false"}, []),
]


def test_the_office_finds_people_by_words_role_and_state(
    as_: As, subtests: pytest.Subtests
) -> None:
    olive = as_("olive")
    for query, found in SEARCHES:
        with subtests.test(str(query)):
            assert names(olive.get(PEOPLE, query_string=query)) == found


WRONG_QUESTIONS: list[dict[str, Any]] = [
    {"role": "headteacher"},
    {"active": "perhaps"},
    {"limit": 201},
    {"limit": 0},
    {"limit": "many"},
    {"cursor": "nonsense"},
    {"cursor": "WyJhIiwgImIiXQ=="},
    {"cursor": "WyJhXHUwMDAwIiwgIjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMCJd"},
    {"q": "x" * 101},
    {"q": "a\x00b"},
    {"section_id": "7A"},
]


def test_a_question_that_makes_no_sense_is_refused(as_: As, subtests: pytest.Subtests) -> None:

    for query in WRONG_QUESTIONS:
        with subtests.test(str(query)):
            assert fields(as_("olive").get(PEOPLE, query_string=query)) == set(query)


def test_another_schools_people_do_not_exist_here(as_: As, elsewhere: World) -> None:
    ada = as_("ada")
    path = f"{PEOPLE}/{elsewhere.pia}"
    assert ada.get(path).status_code == 404
    assert ada.patch(path, json={"email": "a@example.org"}).status_code == 404
    assert ada.delete(path).status_code == 404
    assert as_("ada", elsewhere).get(path).get_json()["email"] == "pia@example.org"


def test_an_id_of_another_kind_is_nobody(as_: As, world: World) -> None:
    assert as_("ada").get(f"{PEOPLE}/{world.homeroom_7a}").status_code == 404
    assert as_("ada").get(f"{PEOPLE}/7").status_code == 404


def test_a_page_of_200_costs_as_many_statements_as_a_page_of_one(
    as_: As, statements: list[str]
) -> None:
    ada = as_("ada")
    tom = as_("tom")
    for caller in (ada, tom):
        counts = []
        for limit in (1, 200):
            del statements[:]
            names(caller.get(PEOPLE, query_string={"limit": limit}))
            counts.append(len(statements))
        assert counts[0] == counts[1] <= 8
