from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from config import Config
from tests.world import Caller, World

As = Callable[..., Caller]
SCHOOL = "/api/v1/school"


@pytest.mark.parametrize("who", ["ada", "olive", "tom", "sam"])
def test_staff_read_their_school(as_: As, world: World, who: str) -> None:
    answer = as_(who).get(SCHOOL)
    assert answer.status_code == 200
    assert answer.get_json() == {
        "id": str(world.school_id),
        "slug": world.slug,
        "name": "Windmill Lane School",
        "timezone": "Europe/London",
        "locale": "en",
        "region": "GB",
        "weekdays": [1, 2, 3, 4, 5, 6, 7],
    }


@pytest.mark.parametrize("who", ["pia", "gwen"])
def test_families_do_not_read_the_settings_of_the_school(as_: As, who: str) -> None:
    assert as_(who).get(SCHOOL).status_code == 403


def test_the_administrator_changes_only_what_is_sent(as_: As) -> None:
    ada = as_("ada")
    changed = ada.patch(SCHOOL, json={"timezone": "Africa/Nairobi", "weekdays": [7, 1, 2, 3, 4, 1]})
    assert changed.status_code == 200
    now = ada.get(SCHOOL).get_json()
    assert (now["timezone"], now["weekdays"]) == ("Africa/Nairobi", [1, 2, 3, 4, 7])
    assert (now["name"], now["region"]) == ("Windmill Lane School", "GB")


@pytest.mark.parametrize("who", ["olive", "tom", "sam", "pia", "gwen"])
def test_nobody_else_changes_the_school(as_: As, who: str) -> None:
    assert as_(who).patch(SCHOOL, json={"name": "Ours"}).status_code == 403
    assert as_("ada").get(SCHOOL).get_json()["name"] == "Windmill Lane School"


WRONG: list[dict[str, Any]] = [
    {"timezone": "Europe/Atlantis"},
    {"timezone": "../../etc/passwd"},
    {"timezone": None},
    {"locale": "tlh"},
    {"region": "gb"},
    {"region": "XX"},
    {"weekdays": []},
    {"weekdays": [0, 8]},
    {"weekdays": "1,2"},
    {"weekdays": [1] * 8},
    {"name": " "},
    {"name": "x" * 121},
    {"name": "No\x00bel"},
    {"name": 7},
    {"slug": "another"},
    {"active": False},
    {"id": "00000000-0000-0000-0000-000000000000"},
]


def test_what_no_school_can_be_is_refused_field_by_field(
    as_: As, subtests: pytest.Subtests
) -> None:
    ada = as_("ada")
    for wrong in WRONG:
        with subtests.test(str(wrong)):
            before = ada.get(SCHOOL).get_json()
            answer = ada.patch(SCHOOL, json=wrong)
            assert answer.status_code == 422
            assert list(answer.get_json()["error"]["fields"]) == list(wrong)
            assert ada.get(SCHOOL).get_json() == before


def test_the_runtime_role_changes_no_school_but_its_own(
    servers: Config, world: World, elsewhere: World
) -> None:
    with psycopg.connect(servers.database_url) as runtime:
        runtime.execute("SELECT set_config('app.school_id', %s, true)", [str(world.school_id)])
        others = runtime.execute(
            "UPDATE school SET name = 'Ours' WHERE id = %s", [elsewhere.school_id]
        )
        assert others.rowcount == 0
        own = runtime.execute("UPDATE school SET name = 'Ours' WHERE id = %s", [world.school_id])
        assert own.rowcount == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            runtime.execute("DELETE FROM school WHERE id = %s", [world.school_id])
