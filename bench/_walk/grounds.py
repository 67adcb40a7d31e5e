"""The schools that are walked: two with years behind them, one where it is crowded, one where
nobody is yet."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from click.testing import Result
from flask import Flask

from bench._walk.crowd import crowd
from bench._walk.nobody import found_nobodies
from config import Config
from school_erp.cli import operators_app
from school_erp.core.clock import today_in
from school_erp.core.tenancy import acting_for
from school_erp.core.unit_of_work import unit_of_work
from school_erp.escalation.actions.looking import look
from school_erp.extensions import db
from school_erp.schools.queries import school_called
from tests.contracts.expected import CALLERS

ROLES = ("admin", "officer", "teacher", "staff", "student", "guardian")
_LINK = re.compile(r"https?://\S+?(/welcome/\S+)")


@dataclass(frozen=True)
class Visitor:
    role: str
    login: dict[str, str]


@dataclass
class Grounds:
    """Who walks in which school, and addresses that no link on a page leads to."""

    visitors: dict[str, list[Visitor]] = field(default_factory=dict)
    letters: list[str] = field(default_factory=list)
    besides: dict[str, list[str]] = field(default_factory=dict)


def lay_out(config: Config) -> Grounds:
    operators = operators_app(config)
    grounds = Grounds()
    told = json.loads(_types(operators, "demo", "seed").stdout.splitlines()[-1])
    for school in told["schools"]:
        grounds.visitors[school["slug"]] = [_known(school, role) for role in ROLES]
        with operators.app_context():
            found = school_called(school["slug"])
            with acting_for(found.id, db.session()), unit_of_work():
                look(today_in(found.timezone))
    grounds.letters.append(_letter(operators))
    world, letter = crowd(config)
    grounds.letters.append(letter)
    # one of forty, and one of nobody
    grounds.besides["teacher"] = [
        f"/registers/{section}/{world.today}/2" for section in (world.maths_7a, world.nobody)
    ]
    grounds.besides["admin"] = [f"/accounts/{world.unknown}/new"]
    grounds.visitors["crowded"] = [Visitor(role, world.login(who)) for role, who in CALLERS.items()]
    grounds.visitors["empty"] = [
        Visitor(role, login) for role, login in found_nobodies(config, ROLES).items()
    ]
    with operators.app_context():
        db.engine.dispose()
    return grounds


def _known(school: dict[str, Any], role: str) -> Visitor:
    person = next(each for each in school["people"] if each["role"] == role)
    login = {"school": school["slug"], "login": person["login"], "password": person["password"]}
    return Visitor(role, login)


def _letter(operators: Flask) -> str:
    """The one-time link with which somebody new begins."""
    given = ["--school", "riverside", "--given-name", "Nora", "--family-name", "Newcomer"]
    said = _types(operators, "admin", "create", *given).output
    link = _LINK.search(said)
    assert link is not None, said
    return link[1]


def _types(operators: Flask, *words: str) -> Result:
    result = operators.test_cli_runner().invoke(args=words)
    assert result.exit_code == 0, result.output
    return result


def role_of(visitors: Sequence[Visitor], wanted: str) -> Visitor:
    return next(each for each in visitors if each.role == wanted)
