"""Items of a payload of which most say the same: kept and passed on as ids and what is said once.

Whoever hears of them hears each in full; in between a class of thirty is a tenth as long.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from school_erp.core.alike import Alike, Document, Said, each_of

# by which a value that was written is known, with what each item calls its id and what is said
NAMES = "each_has"


class Several(Alike[Said | None]):
    """A list of `{id_name: …, said_name: …}`."""

    __slots__ = ("_size", "_text", "names")

    def __init__(self, id_name: str, said_name: str) -> None:
        super().__init__()
        self.names = (id_name, said_name)
        self._text: str | None = None
        self._size: int | None = None

    def complete(self) -> Several:
        """Nothing is added any more, so what it takes to pass it on can be made ready early."""
        self._text, self._size = self.written(), self.size_in_full()
        return self

    def written(self) -> str:
        return self._text or f'{{"{NAMES}": {json.dumps(self.names)}, {super().written()[1:]}'

    def size_in_full(self) -> int:
        """As a list in JSON."""
        if self._size is not None:
            return self._size
        around = len(json.dumps(dict.fromkeys(self.names, ""))) - len('""')
        said = [len(json.dumps(each)) + around + len(", ") for each in self.said]
        items = sum(len(str(each)) for each in self.ids) + sum(said[each] for each in self.numbers)
        return items + len("[]") - (len(", ") if self.ids else 0)


def size_in_full(payload: Mapping[str, Any]) -> int:
    several = [each.size_in_full() - 1 for each in payload.values() if isinstance(each, Several)]
    plain = {name: 0 if isinstance(each, Several) else each for name, each in payload.items()}
    return len(json.dumps(plain)) + sum(several)


def written(payload: Mapping[str, Any]) -> str:
    items = (f"{json.dumps(name)}: {_written(value)}" for name, value in payload.items())
    return f"{{{', '.join(items)}}}"


def _written(value: Any) -> str:
    return value.written() if isinstance(value, Several) else json.dumps(value)


def in_full(payload: Mapping[str, Any]) -> dict[str, Any]:
    """As it is told, whether it was written meanwhile or not."""
    return {name: _in_full(value) for name, value in payload.items()}


def _in_full(value: Any) -> Any:
    if isinstance(value, Several):
        return list(_items(value.names, value.document()))
    if isinstance(value, dict) and NAMES in value:
        return list(_items(value[NAMES], value))
    return value


def _items(names: Any, document: Document) -> Iterator[dict[str, Any]]:
    id_name, said_name = names
    for thing_id, said in each_of(document):
        yield {id_name: thing_id, said_name: said}
