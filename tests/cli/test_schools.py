from __future__ import annotations

import click
import pytest

from config import Config
from school_erp.cli import create_app
from school_erp.core.ids import new_id
from school_erp.schools.rules import usual_weekdays
from tests.cli.conftest import Operator
from tests.world import World


def found(operator: Operator, **changed: str) -> tuple[int, str]:
    given = {
        "slug": f"s-{new_id().hex[-12:]}",
        "name": "Zayed School",
        "timezone": "Africa/Cairo",
        "locale": "ar",
        "region": "EG",
        **changed,
    }
    words = [word for name, value in given.items() for word in (f"--{name}", value)]
    result = operator("school", "create", *words)
    return result.exit_code, result.output


def test_a_founded_school_is_listed(operator: Operator) -> None:
    slug = f"zayed-{new_id().hex[-12:]}"
    code, said = found(operator, slug=slug)
    assert code == 0, said
    assert f"Founded Zayed School ({slug})" in said
    listed = operator("school", "list").output
    [line] = [line for line in listed.splitlines() if line.startswith(slug)]
    assert line.split() == [slug, "Zayed", "School", "Africa/Cairo", "ar", "EG", "open"]


def test_weekdays_are_those_of_the_country_unless_said() -> None:
    assert usual_weekdays("GB") == (1, 2, 3, 4, 5)
    assert usual_weekdays("EG") == (1, 2, 3, 4, 7)
    assert usual_weekdays("IR") == (1, 2, 3, 4, 6, 7)
    assert usual_weekdays("nowhere") == (1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"slug": "Grand View"}, "slug: A short name has 2 to 40 small letters"),
        ({"timezone": "Cairo"}, "timezone: We do not know this time zone"),
        ({"region": "Egypt"}, "region: "),
        ({"locale": "tlh"}, "locale: "),
        ({"name": " "}, "name: This may not be empty."),
        ({"name": "x" * 121}, "name: At most 120 characters."),
        ({"weekdays": "1,8"}, "weekdays: Days are numbered 1 (Monday) to 7 (Sunday)."),
        ({"weekdays": "Monday"}, "weekdays: "),
    ],
)
def test_a_school_that_cannot_be_is_refused_in_a_sentence(
    operator: Operator, wrong: dict[str, str], sentence: str
) -> None:
    before = operator("school", "list").output
    code, said = found(operator, **wrong)
    assert code == 1
    assert sentence in said
    assert "Traceback" not in said
    assert operator("school", "list").output == before


def test_two_schools_cannot_share_a_short_name(operator: Operator, world: World) -> None:
    code, said = found(operator, slug=world.slug)
    assert code == 1
    assert f"There is a school “{world.slug}” already." in said


def test_a_missing_option_is_named(operator: Operator) -> None:
    result = operator("school", "create", "--slug", "north")
    assert result.exit_code == 2
    assert "Missing option '--name'" in result.output


def test_commands_without_the_owners_address_say_what_to_set(
    servers: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
    for name, url in {**given, "OWNER_DATABASE_URL": ""}.items():
        monkeypatch.setenv(name, url)
    with pytest.raises(click.ClickException, match="Commands need OWNER_DATABASE_URL"):
        create_app()
