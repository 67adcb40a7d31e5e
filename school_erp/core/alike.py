"""Things of which most are said to be the same: each by its id, what is said of them but once.

A class of whom all are present is thirty ids and one sentence, on its way to the database as well
as in a document that is kept there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

Said = dict[str, Any]
S = TypeVar("S")
# as `Alike.document` makes it
Document = dict[str, list[Any]]


@dataclass(slots=True)
class Alike(Generic[S]):
    ids: list[UUID] = field(default_factory=list)
    # of each, which of the sentences holds
    numbers: list[int] = field(default_factory=list)
    said: list[S] = field(default_factory=list)
    _number_of: dict[Hashable, int] = field(default_factory=dict)

    def add(self, thing_id: UUID, kind: Hashable, say: Callable[[], S]) -> None:
        """Whoever is of one kind has the same said of them."""
        number = self._number_of.get(kind)
        if number is None:
            number = self._number_of[kind] = len(self.said)
            self.said.append(say())
        self.ids.append(thing_id)
        self.numbers.append(number)

    def document(self) -> Document:
        return {"ids": list(map(str, self.ids)), "alike": self.numbers, "said": self.said}

    def written(self) -> str:
        """The document, as JSON."""
        ids = '", "'.join(map(str, self.ids))
        named = f'["{ids}"]' if self.ids else "[]"
        return f'{{"ids": {named}, "alike": {self.numbers}, "said": {json.dumps(self.said)}}}'


def each_of(document: Document) -> Iterator[tuple[str, Said]]:
    said = document["said"]
    for thing_id, number in zip(document["ids"], document["alike"], strict=True):
        yield thing_id, said[number]


def each_in_sql(document: str) -> str:
    """For a statement that reads one: `id`, `place` from 1 on, and what is `said`."""
    return f"""
        SELECT e.id, e.place, s.said
        FROM ROWS FROM (
            jsonb_array_elements_text({document} -> 'ids'),
            jsonb_array_elements_text({document} -> 'alike')
        ) WITH ORDINALITY AS e (id, number, place)
        JOIN jsonb_array_elements({document} -> 'said') WITH ORDINALITY AS s (said, place)
          ON s.place = CAST(e.number AS integer) + 1"""  # noqa: S608 - our own names


def piece_of(document: Document, start: int, size: int) -> Document:
    whose = slice(start, start + size)
    return document | {"ids": document["ids"][whose], "alike": document["alike"][whose]}


def those_of(document: Document, ids: Container[str]) -> Document:
    """The same said of these alone."""
    pairs = zip(document["ids"], document["alike"], strict=True)
    left = [pair for pair in pairs if pair[0] in ids]
    return document | {"ids": [one for one, _ in left], "alike": [number for _, number in left]}
