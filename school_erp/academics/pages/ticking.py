"""Forms in which people are searched for and ticked: what is ticked stays while one searches on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import request

from school_erp.academics.queries.choosing import Choices
from school_erp.academics.queries.joining import MOST_SHOWN, people_by_id
from school_erp.academics.queries.overview import homerooms_of
from school_erp.core.forms import Form
from school_erp.people.models import Person

FIRST_STRONG, ISOLATE_ENDS = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Ticking:
    options: Choices
    more: bool


def sent(form: Form, act: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether it was done; the buttons that search and tick do nothing else."""
    if request.method != "POST":
        return False
    if "search" in request.form:
        form.keep()
        return False
    return form.submit(act)


def words_in(form: Form) -> str:
    return str(form.values.get("q", "")).replace("\x00", "")[:100]


def role_in(form: Form) -> str:
    return "teacher" if form.values.get("role") == "teacher" else "student"


def day_in(form: Form, otherwise: date) -> date:
    with suppress(ValueError):
        return date.fromisoformat(str(form.values.get("starts_on", "")))
    return otherwise


def homeroom_in(form: Form) -> UUID | None:
    with suppress(ValueError):
        return UUID(str(form.values.get("homeroom_id", "")))
    return None


def people_to_tick(form: Form, found: Sequence[Person], on: date | None = None) -> Ticking:
    """Those ticked already, then those found; told apart by their homerooms on a day, if given."""
    found, more = found[:MOST_SHOWN], len(found) > MOST_SHOWN
    ticked = people_by_id(set(_ids_in(form)))
    shown = sorted(ticked.values(), key=lambda person: person.sort_name)
    shown += [person for person in found if person.id not in ticked]
    if request.form.get("search") == "all":
        form.values["person_ids"] = [str(person.id) for person in shown]
    rooms = homerooms_of([person.id for person in shown], on) if on else {}
    return Ticking([(str(each.id), _told(each, rooms.get(each.id))) for each in shown], more)


def _told(person: Person, homeroom: str | None) -> str:
    """A name may be written the other way round than the class after it, and so stands apart."""
    return f"{FIRST_STRONG}{person.name}{ISOLATE_ENDS} · {homeroom}" if homeroom else person.name


def _ids_in(form: Form) -> Iterator[UUID]:
    for typed in form.values.get("person_ids", []):
        with suppress(ValueError):
            yield UUID(typed)
