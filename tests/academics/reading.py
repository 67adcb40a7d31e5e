"""What a person reads on a page, and where its links lead."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse


def main_of(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    return answer.text.partition("<main")[2].partition("</main>")[0]


def text_of(answer: TestResponse) -> str:
    """Without the marks that keep two ways of writing apart, which nobody sees."""
    words = re.sub("[\u2068\u2069]", "", re.sub(r"<[^>]+>", " ", main_of(answer)))
    return re.sub(r"\s+", " ", words)


def links_in(answer: TestResponse, beginning: str = "/") -> set[str]:
    found = re.findall(r'href="([^"#]+)"', main_of(answer))
    return {link.replace("&amp;", "&") for link in found if link.startswith(beginning)}


def refused(answer: TestResponse) -> list[str]:
    """The fields that need something, or the sentence above them all."""
    assert answer.status_code == 422, answer.text
    beside = re.findall(r'href="#field-(\w+)"', answer.text)
    above = re.search(r'note-title">([^<]+)<', answer.text)
    return beside or [above[1].strip() if above else ""]


def goes_to(answer: TestResponse, path: str) -> None:
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"] == path
