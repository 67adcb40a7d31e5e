from __future__ import annotations

import inspect
import re

from config import ROOT, Config
from school_erp.embedded.roles import IN_THE_DATABASE

PAGE = (ROOT / "docs" / "operations.md").read_text()


def test_every_setting_is_explained_and_none_that_does_not_exist() -> None:
    table = PAGE.split("## Environment")[1].split("\n## ")[0]
    first_cells = " ".join(re.findall(r"^\| (`[^|]+)\|", table, re.MULTILINE))
    explained = set(re.findall(r"`([A-Z_]+)`", first_cells))
    read = set(
        re.findall(r'env(?:\.get\(|, )"([A-Z_]+)"', inspect.getsource(Config.from_environment))
    )
    assert explained == read


def test_the_rights_an_operator_grants_are_those_we_grant_ourselves() -> None:
    for statement in re.findall(r"^(?:REVOKE|GRANT).*DATABASE.*;$", IN_THE_DATABASE, re.MULTILINE):
        assert statement in PAGE
