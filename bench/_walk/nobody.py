"""A school on its first day: one person of each role, and nothing else at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import psycopg
from argon2 import PasswordHasher

from config import Config
from school_erp.core.ids import new_id
from school_erp.people.rules import search_words
from tests.world import PASSWORD

_SCHOOL = """
    INSERT INTO school (id, slug, name, timezone, locale, region, weekdays)
    VALUES (%s, %s, 'Firstday School', 'Europe/London', 'en', 'GB', '{1,2,3,4,5,6,7}')"""
_PERSON = """
    INSERT INTO person (school_id, id, given_name, family_name, search_words)
    VALUES (%s, %s, 'Alone', %s, %s)"""
_ROLE = """
    INSERT INTO role_grant (school_id, id, person_id, role, starts_on)
    VALUES (%s, %s, %s, %s, %s)"""
_ACCOUNT = """
    INSERT INTO account (school_id, person_id, login, password_hash) VALUES (%s, %s, %s, %s)"""


def found_nobodies(config: Config, roles: Sequence[str]) -> dict[str, dict[str, str]]:
    """How each of them signs in."""
    school, slug = new_id(), "firstday"
    password = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    since = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
    with psycopg.connect(config.owner_database_url) as owner:
        owner.execute("SELECT set_config('app.school_id', %s, true)", [str(school)])
        owner.execute(_SCHOOL, [school, slug])
        for role in roles:
            person, family = new_id(), role.title()
            owner.execute(_PERSON, [school, person, family, search_words(("Alone", family), "")])
            owner.execute(_ROLE, [school, new_id(), person, role, since])
            owner.execute(_ACCOUNT, [school, person, role, password])
    return {role: {"school": slug, "login": role, "password": PASSWORD} for role in roles}
