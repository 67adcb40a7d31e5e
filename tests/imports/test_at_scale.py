from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from tests.imports.conftest import As, Importer
from tests.world import World

HEADING = "external_id,given_name,family_name,phone,role,guardian_of,relation"


def people_file(families: int, phone: str = "07700 900123", mark: str = "") -> str:
    lines = [HEADING]
    for family in range(families):
        lines.append(f"S{mark}{family},Zoë,Quist,,student,,")
        lines.append(f"G{mark}{family},Maria,Quist,{phone},guardian,S{mark}{family},mother")
    return "\n".join(lines)


def test_statements_do_not_grow_with_the_lines(people: Importer, statements: list[str]) -> None:
    counted = []
    for families, mark in ((2, "A"), (300, "B")):
        del statements[:]
        assert people.confirm(people_file(families, mark=mark)).status_code == 200
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 30


def test_a_large_file_is_told_in_part_and_counted_in_whole(people: Importer) -> None:
    report = people.look(people_file(400))
    assert report["counts"]["created"] == report["lines"] == 800
    assert len(report["records"]) == 500
    wrong = people.look(people_file(600, "12"))
    assert wrong["counts"]["rejected"] == 600
    assert len(wrong["mistakes"]) == 500


def test_of_two_who_confirm_the_same_file_at_once_one_is_told_to_look_again(
    people: Importer, as_: As
) -> None:
    content = people_file(40)
    seen = people.look(content)["fingerprint"]

    def confirm(importer: Importer) -> int:
        sent = importer.send(content, dry_run=False, fingerprint=seen)
        return int(sent.status_code)

    importers = [people, Importer(as_("ada"), "people")]
    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(confirm, importers)) == [200, 409]
    assert people.look(content)["counts"]["unchanged"] == 80


def test_two_schools_import_the_same_numbers_side_by_side(
    as_: As, people: Importer, elsewhere: World, app: Flask
) -> None:
    theirs = Importer(as_("ada", elsewhere), "people")
    assert people.confirm(people_file(5)).status_code == 200
    assert theirs.confirm(people_file(5)).status_code == 200
