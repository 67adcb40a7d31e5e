from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Operator
from tests.imports.conftest import As
from tests.world import World

FILE = "external_id,given_name,family_name,role\nS1,Zoë,Quist,student\nX-pia,Pia,Parkinson,\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def names(as_: As) -> list[str]:
    items = as_("ada").get("/api/v1/people?limit=200").get_json()["items"]
    return [item["name"] for item in items]


def test_a_dry_run_tells_and_writes_nothing(
    operator: Operator, world: World, as_: As, file: Path
) -> None:
    result = operator("import", "people", "--school", world.slug, str(file), "--dry-run")
    assert result.exit_code == 0, result.output
    assert "Line 2, Zoë Quist created: given_name: Zoë; family_name: Quist" in result.output
    assert "Line 3, Pia Parkinson changed: family_name: Park → Parkinson" in result.output
    assert "1 created, 1 changed, 0 unchanged, 0 rejected." in result.output
    assert "Zoë Quist" not in names(as_)


def test_a_file_is_imported(operator: Operator, world: World, as_: As, file: Path) -> None:
    result = operator("import", "people", "--school", world.slug, str(file))
    assert result.exit_code == 0, result.output
    assert {"Zoë Quist", "Pia Parkinson"} <= set(names(as_))


def test_one_mistake_keeps_the_whole_file_out(
    operator: Operator, world: World, as_: As, file: Path
) -> None:
    file.write_text(f"{FILE}S2,Max,,student\n", encoding="utf-8")
    result = operator("import", "people", "--school", world.slug, str(file))
    assert result.exit_code == 1
    assert "Line 4, family_name: This may not be empty." in result.output
    assert "Nothing was imported" in result.output
    assert "Zoë Quist" not in names(as_)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"nickname\nZ\n", "The first line must name the columns"),
        (b"external_id,given_name\nS1,Zo\xeb\n", "Windows-1252"),
    ],
)
def test_a_bad_file_is_explained(
    operator: Operator, world: World, file: Path, content: bytes, sentence: str
) -> None:
    file.write_bytes(content)
    result = operator("import", "people", "--school", world.slug, str(file))
    assert result.exit_code == 1
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_a_missing_file_or_school_is_named(operator: Operator, world: World, file: Path) -> None:
    missing = operator("import", "sections", "--school", world.slug, "nowhere.csv")
    assert missing.exit_code == 2
    assert "nowhere.csv" in missing.output
    unknown = operator("import", "enrolments", "--school", "atlantis", str(file))
    assert unknown.exit_code == 1
    assert "There is no school “atlantis”." in unknown.output
