from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.world import Caller

As = Callable[..., Caller]
Answer = dict[str, Any]


class Importer:
    """Somebody who sends files, looks at reports and confirms them."""

    def __init__(self, caller: Caller, kind: str) -> None:
        self.caller, self.path = caller, f"/api/v1/imports/{kind}"

    def send(self, content: str | bytes, **asked: Any) -> Any:
        sent = content.encode() if isinstance(content, str) else content
        return self.caller.post(self.path, data=sent, content_type="text/csv", query_string=asked)

    def look(self, content: str | bytes) -> Answer:
        answer = self.send(content)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        report: Answer = answer.get_json()
        assert report["dry_run"] is True
        return report

    def confirm(self, content: str | bytes, **asked: Any) -> Any:
        """As one does: look, then have done what was shown."""
        seen = self.look(content)
        answer = self.send(content, dry_run=False, fingerprint=seen["fingerprint"], **asked)
        if answer.status_code == 200:
            done = answer.get_json()
            assert done == {**seen, "dry_run": False}
        return answer

    def mistakes(self, content: str | bytes) -> list[tuple[int, str, str]]:
        return [(it["line"], it["column"], it["message"]) for it in self.look(content)["mistakes"]]


@pytest.fixture
def people(as_: As) -> Importer:
    return Importer(as_("ada"), "people")


@pytest.fixture
def sections(as_: As) -> Importer:
    return Importer(as_("ada"), "sections")


@pytest.fixture
def enrolments(as_: As) -> Importer:
    return Importer(as_("ada"), "enrolments")
