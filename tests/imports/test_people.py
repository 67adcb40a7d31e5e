from __future__ import annotations

import io
from typing import Any

import pytest

from tests.imports.conftest import As, Importer
from tests.world import World

FILE = """external_id,given_name,family_name,email,phone,role,guardian_of,relation
S1,Zoë,Quist,,,student,,
S2,Max,Quist,,,student,,
G1,Maria,Quist,maria@example.org,07700 900123,guardian,S1; S2,mother
X-pia,Pia,Parkinson,pia@example.org,+447700900123,student,,
X-tom,Tom,Tanner,,,teacher,,
"""


def found(as_: As, q: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = as_("ada").get(f"/api/v1/people?q={q}").get_json()["items"]
    return items


def everybody(as_: As) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = as_("ada").get("/api/v1/people?limit=200").get_json()["items"]
    return items


def test_a_dry_run_tells_what_would_change_and_changes_nothing(as_: As, people: Importer) -> None:
    before = everybody(as_)
    report = people.look(FILE)
    assert report["counts"] == {"created": 3, "changed": 2, "unchanged": 0, "rejected": 0}
    assert (report["lines"], report["delimiter"]) == (5, "comma")
    by_line = {record["line"]: record for record in report["records"]}
    assert (by_line[2]["name"], by_line[2]["outcome"]) == ("Zoë Quist", "created")
    assert by_line[4]["changes"]["guardian_of S2"] == {"old": None, "new": "mother"}
    assert by_line[5]["changes"] == {"family_name": {"old": "Park", "new": "Parkinson"}}
    assert set(by_line[6]["changes"]) == {"email", "phone"}
    assert everybody(as_) == before


def test_what_was_shown_is_what_is_done(as_: As, people: Importer, world: World) -> None:
    assert people.confirm(FILE).status_code == 200
    [zoe] = found(as_, "zoe")
    assert (zoe["name"], zoe["roles"], zoe["external_id"]) == ("Zoë Quist", ["student"], "S1")
    [maria] = found(as_, "maria")
    assert (maria["phone"], maria["email"]) == ("+447700900123", "maria@example.org")
    [pia] = found(as_, "parkinson")
    assert pia["id"] == str(world.pia)
    guardians = as_("ada").get(f"/api/v1/people/{zoe['id']}/guardians").get_json()["items"]
    assert [(it["relation"], it["person"]["name"]) for it in guardians] == [
        ("mother", "Maria Quist")
    ]
    again = people.look(FILE)
    assert again["counts"] == {"created": 0, "changed": 0, "unchanged": 5, "rejected": 0}


def test_a_file_may_come_as_a_form_with_everything_in_its_fields(as_: As) -> None:
    ada = as_("ada")

    def send(**fields: str) -> Any:
        form = {**fields, "file": (io.BytesIO(FILE.encode()), "people.csv")}
        return ada.post("/api/v1/imports/people", data=form)

    seen = send()
    assert seen.status_code == 200
    assert seen.get_json()["dry_run"] is True
    done = send(dry_run="false", fingerprint=seen.get_json()["fingerprint"])
    assert done.status_code == 200
    assert found(as_, "zoe")
    assert send(hurry="yes").status_code == 422
    assert ada.post("/api/v1/imports/people", data={"dry_run": "true"}).status_code == 422


@pytest.mark.parametrize(
    ("line", "column", "sentence"),
    [
        (",Zoë,Quist,,,,,", "external_id", "This may not be empty."),
        ("S1,Zoë,,,,,,", "family_name", "This may not be empty."),
        ("S1,Zoë,Quist,zoe at example,,,,", "email", "An email address looks like"),
        ("S1,Zoë,Quist,,12,,,", "phone", "This is not a whole phone number"),
        ("S1,Zoë,Quist,,,headteacher,,", "role", "This is none of admin, officer"),
        (f"S1,{'Z' * 101},Quist,,,,,", "given_name", "At most 100 characters."),
        ("S1,Zo\x07ë,Quist,,,,,", "given_name", "characters that cannot be stored"),
        ("G1,Maria,Quist,,,guardian,S9,mother", "guardian_of", "nobody with the number S9"),
        ("G1,Maria,Quist,,,guardian,X-tom,mother", "guardian_of", "X-tom is not a student."),
        ("G1,Maria,Quist,,,student,G1,mother", "guardian_of", "Nobody is their own guardian."),
        ("G1,Maria,Quist,,,guardian,X-pia,", "relation", "Say what they are to X-pia."),
        ("G1,Maria,Quist,,,guardian,X-pia,boss", "relation", "This is none of mother"),
        ("G1,Maria,Quist,,,guardian,,mother", "guardian_of", "Whose?"),
        ("S1,Zoë,Quist,,,,,,,too many", "", "more or fewer cells than the heading"),
        ("S1,Zoë", "", "more or fewer cells than the heading"),
    ],
)
def test_a_mistake_is_named_by_line_column_and_sentence_and_nothing_is_imported(
    as_: As, people: Importer, line: str, column: str, sentence: str
) -> None:
    heading = FILE.splitlines()[0]
    content = f"{heading}\nS5,Good,Person,,,student,,\n{line}\n"
    before = everybody(as_)
    [(number, where, said)] = people.mistakes(content)
    assert (number, where) == (3, column)
    assert sentence in said
    refused = people.confirm(content)
    assert refused.status_code == 422
    error = refused.get_json()["error"]
    assert error["code"] == "lines_rejected"
    assert error["records"] == [{"line": 3, "column": column, "message": said}]
    assert everybody(as_) == before


def test_good_lines_go_in_without_the_others_when_one_asks_for_it(
    as_: As, people: Importer
) -> None:
    content = (
        "external_id,given_name,family_name,email,role,guardian_of,relation\n"
        "S1,Zoë,Quist,,student,,\n"
        "S2,Max,Quist,max at example,student,,\n"
        "G1,Maria,Quist,,guardian,S1;S2,mother\n"
    )
    assert [(line, column) for line, column, _ in people.mistakes(content)] == [
        (3, "email"),
        (4, "guardian_of"),
    ]
    assert people.confirm(content, skip_rejected=True).status_code == 200
    assert found(as_, "zoe")
    assert not found(as_, "max")
    assert not found(as_, "maria")


def test_one_number_twice_in_a_file_is_a_mistake(people: Importer) -> None:
    content = "external_id,given_name,family_name\nS1,Zoë,Q\n\nS1,Max,Q\n"
    assert people.mistakes(content) == [(4, "external_id", "Line 2 has this number too.")]


def test_a_column_left_out_stays_and_an_empty_cell_clears(
    as_: As, people: Importer, world: World
) -> None:
    assert people.confirm("external_id,preferred_name\nX-pia,Pip\n").status_code == 200
    [pia] = found(as_, "pip")
    assert (pia["given_name"], pia["email"]) == ("Pia", "pia@example.org")
    assert people.confirm("external_id,preferred_name,email\nX-pia,,\n").status_code == 200
    [pia] = found(as_, "pia")
    assert (pia["preferred_name"], pia["email"], pia["roles"]) == (None, None, ["student"])


def test_a_new_person_needs_no_more_than_one_name(as_: As, people: Importer) -> None:
    content = "external_id,given_name,family_name\nS1,,Suharjo\nS2,Zoë,Quist\n"
    assert people.confirm(content).status_code == 200
    assert found(as_, "suharjo")[0]["name"] == "Suharjo"
    [(line, column, said)] = people.mistakes("external_id,email\nS3,s3@example.org\n")
    assert (line, column, said) == (2, "family_name", "A new person needs this.")


def test_a_role_is_added_and_none_is_taken_away(as_: As, people: Importer) -> None:
    report = people.look("external_id,role\nX-tom,Staff; teacher\n")
    assert report["records"][0]["changes"] == {"role": {"old": "teacher", "new": "staff; teacher"}}
    assert people.confirm("external_id,role\nX-tom,Staff; teacher\n").status_code == 200
    [tom] = found(as_, "tom")
    assert sorted(tom["roles"]) == ["staff", "teacher"]


def test_people_leave_by_a_file_but_administrators_do_not(as_: As, people: Importer) -> None:
    content = "external_id,active\nX-pia,no\nX-ada,no\n"
    [(line, column, said)] = people.mistakes(content)
    assert (line, column) == (3, "active")
    assert "An administrator leaves on their own page" in said
    assert people.confirm("external_id,active\nX-pia,no\n").status_code == 200
    [pia] = found(as_, "pia")
    assert pia["active"] is False


def test_a_report_that_is_out_of_date_imports_nothing(as_: As, people: Importer) -> None:
    content = "external_id,preferred_name\nX-pia,Pip\n"
    seen = people.look(content)["fingerprint"]
    other = people.send(content.replace("Pip", "Pop"), dry_run=False, fingerprint=seen)
    assert (other.status_code, other.get_json()["error"]["code"]) == (409, "report_out_of_date")
    [pia] = found(as_, "pia")
    as_("ada").patch(f"/api/v1/people/{pia['id']}", json={"preferred_name": "Pi"})
    late = people.send(content, dry_run=False, fingerprint=seen)
    assert late.status_code == 409
    assert found(as_, "pia")[0]["preferred_name"] == "Pi"


def test_nothing_is_imported_by_one_who_saw_no_report(as_: As, people: Importer) -> None:
    answer = people.send(FILE, dry_run=False)
    assert answer.status_code == 422
    assert "fingerprint" in answer.get_json()["error"]["fields"]
    assert not found(as_, "zoe")


def test_a_confirmation_sent_twice_is_done_once(people: Importer) -> None:
    seen = people.look(FILE)["fingerprint"]
    first, second = (
        people.caller.post(
            people.path,
            data=FILE.encode(),
            content_type="text/csv",
            query_string={"dry_run": False, "fingerprint": seen},
            headers={"Idempotency-Key": "once"},
        )
        for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.get_json() == first.get_json()


@pytest.mark.parametrize("who", ["olive", "tom", "sam", "pia", "gwen"])
def test_only_administrators_import(as_: As, who: str) -> None:
    assert Importer(as_(who), "people").send(FILE).status_code == 403


def test_another_schools_people_are_not_found_by_their_numbers(
    as_: As, people: Importer, elsewhere: World
) -> None:
    report = people.look("external_id,given_name,family_name\nX-pia,Pia,Stolen\nX-new,N,N\n")
    assert report["counts"]["created"] == 1
    assert people.confirm("external_id,family_name\nX-pia,Changed\n").status_code == 200
    theirs = as_("ada", elsewhere).get("/api/v1/people?q=pia").get_json()["items"]
    assert theirs[0]["family_name"] == "Park"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "bad_file"),
        (b"\xff\xfe\xfd", 422, "bad_file"),
        (b"external_id\nS1\0", 422, "bad_file"),
        (b"PK\x03\x04", 422, "bad_file"),
        (b'external_id,given_name\n"S1,Z\n', 422, "bad_file"),
        (b"nickname\nZ\n", 422, "bad_file"),
        (b"external_id\n" + b"S\n" * 50_001, 413, "too_many_lines"),
    ],
)
def test_a_bad_file_gets_a_clear_answer(
    people: Importer, content: bytes, status: int, code: str
) -> None:
    answer = people.send(content)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)
    assert len(answer.get_json()["error"]["message"]) > 15


def test_an_unknown_kind_is_nowhere(as_: As) -> None:
    assert as_("ada").post("/api/v1/imports/marks", data=b"x").status_code == 404
