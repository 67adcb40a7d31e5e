from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.world import World


@dataclass(frozen=True)
class Sheet:
    """A register's page as a browser without scripts holds it."""

    text: str
    fields: dict[str, str]

    @classmethod
    def read(cls, text: str) -> Sheet:
        fields: dict[str, str] = {}
        for tag in re.findall(r"<input[^>]*>", text):
            said = {
                name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="(.*?)"', tag)
            }
            kind = said.get("type", "text")
            if kind in {"radio", "checkbox"} and not re.search(r"\schecked\b", tag):
                continue
            if "name" in said and re.search(r"-[0-9a-f-]{36}$", said["name"]):
                fields[said["name"]] = said.get("value", "")
        for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', text, re.S):
            chosen = re.search(r'value="([^"]*)"[^>]*\sselected', body)
            fields[name] = html.unescape(chosen[1]) if chosen else ""
        for name, body in re.findall(
            r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', text, re.S
        ):
            fields[name] = html.unescape(body)
        return cls(text, fields)

    def typed(self, student: UUID, **said: str) -> Sheet:
        """`typed(pia, code="A", remark="ill")`."""
        fields = {**self.fields, **{f"{name}-{student}": value for name, value in said.items()}}
        return Sheet(self.text, fields)


@pytest.fixture
def address(founded: World) -> str:
    return f"/registers/{founded.homeroom_7a}/{founded.today.isoformat()}/1"


@pytest.fixture
def marks(owner: psycopg.Connection[Any], founded: World) -> Callable[[], dict[str, str]]:
    """The stored codes by name of the student."""

    def read() -> dict[str, str]:
        names = {founded.ids[who]: who for who in ("pia", "paul", "quinn")}
        rows = owner.execute("SELECT student_id, code FROM student_attendance").fetchall()
        return {names[student]: code for student, code in rows}

    return read


def grow(owner: Any, world: World, more: int) -> None:
    """That many more pupils for 7A."""
    owner.execute(
        """WITH people AS (
             INSERT INTO person (school_id, id, given_name, family_name, search_words)
             SELECT %(school)s, gen_random_uuid(), 'Pupil', 'Number ' || n, ''
             FROM generate_series(1, %(more)s) n
             RETURNING id)
           INSERT INTO enrolment (school_id, id, section_id, person_id, role, starts_on)
           SELECT %(school)s, gen_random_uuid(), %(section)s, id, 'student', %(day)s FROM people""",
        {
            "school": world.school_id,
            "section": world.homeroom_7a,
            "day": world.today,
            "more": more,
        },
    )
