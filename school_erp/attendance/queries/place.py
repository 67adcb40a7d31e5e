"""All that a marking stands on but its students, asked in one question."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from school_erp.attendance.queries.ground import (
    OPEN_AND_HOLD,
    SECTIONS,
    Place,
    RegisterGround,
    SectionGround,
)
from school_erp.attendance.queries.rulebook import RULES, Rulebook, read_rules
from school_erp.attendance.vocabulary import RegisterState
from school_erp.core.bulk import ids_as_json
from school_erp.core.direct import Statement
from school_erp.extensions import db

_LOOK = """
    SELECT r.section_id, r.state, r.version, r.taken_by, false AS opened
    FROM known CROSS JOIN LATERAL (
        SELECT * FROM register
        WHERE school_id = :school AND date = :day AND slot = :slot AND section_id = known.id
        LIMIT 1) AS r"""


def _ground(registers: str) -> Statement:
    return Statement(f"""
        WITH known AS MATERIALIZED ({SECTIONS}), registers AS ({registers})
        SELECT ({RULES}), (SELECT CAST(json_agg(known) AS text) FROM known),
               (SELECT CAST(json_agg(registers) AS text) FROM registers)""")  # noqa: S608


_look, _hold = _ground(_LOOK), _ground(OPEN_AND_HOLD.format(sections="known"))


@dataclass(frozen=True, slots=True)
class PlaceGround:
    rules: Rulebook
    sections: Mapping[UUID, SectionGround]
    registers: Mapping[UUID, RegisterGround]


def ground_of(
    place: Place, section_ids: Iterable[UUID], person_id: UUID | None, *, hold: bool
) -> PlaceGround:
    """With `hold`, registers are opened where they were not, and held to the transaction's end."""
    asked = {
        "school": place.school_id,
        "day": place.day,
        "slot": place.slot,
        "sections": ids_as_json(section_ids),
        "person": person_id,
    }
    [(rules, sections, registers)] = (_hold if hold else _look).rows(db.session, asked)
    read_sections = map(_section, json.loads(sections or "[]"))
    read_registers = map(_register, json.loads(registers or "[]"))
    return PlaceGround(
        rules=read_rules(place.day, rules),
        sections={each.id: each for each in read_sections},
        registers={each.section_id: each for each in read_registers},
    )


def _section(said: Mapping[str, Any]) -> SectionGround:
    return SectionGround(
        id=UUID(said["id"]),
        name=said["name"],
        homeroom=said["kind"] == "homeroom",
        taught=said["taught"],
        in_session=said["in_session"],
        has_lesson=said["has_lesson"],
    )


def _register(said: Mapping[str, Any]) -> RegisterGround:
    taken_by = UUID(said["taken_by"]) if said["taken_by"] else None
    return RegisterGround(
        UUID(said["section_id"]),
        RegisterState(said["state"]),
        said["version"],
        taken_by,
        said["opened"],
    )
