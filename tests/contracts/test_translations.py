"""Whoever adds a sentence adds its French and Arabic: README.md, "Words in three languages"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from config import ROOT
from school_erp.core.languages import LANGUAGES

TRANSLATIONS = ROOT / "school_erp" / "translations"
# the sentences themselves are English
OTHERS = sorted(set(LANGUAGES) - {"en"})
# a lone % is one of them: it breaks the sentence when it is filled in
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|%|\{\w+\}")


def catalogue(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module", params=OTHERS)
def spoken(request: pytest.FixtureRequest) -> Catalog:
    return catalogue(request.param)


def said() -> dict[tuple[str, ...], str]:
    """Every sentence of the code and the templates, and where it stands."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, directory_filter=_may_hold_sentences)
    return {forms(words): f"{file}:{line}" for file, line, words, _comments, _context in found}


def _may_hold_sentences(folder: str | Path) -> bool:
    return Path(folder).is_relative_to(ROOT / "school_erp")


def forms(words: str | Iterable[str]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def test_every_sentence_is_in_every_catalogue() -> None:
    sentences = said()
    assert len(sentences) > 1000
    for language in OTHERS:
        known = {forms(message.id) for message in messages(catalogue(language))}
        known |= {words[:1] for words in known}
        missing = {where: words for words, where in sentences.items() if words not in known}
        assert missing == {}, f"run the two commands of README.md, and translate into {language}"


def test_every_message_is_translated_by_a_person(spoken: Catalog) -> None:
    unfinished = [
        message.id
        for message in messages(spoken)
        if message.fuzzy or not all(each.strip() for each in forms(message.string))
    ]
    assert unfinished == []


def test_each_plural_has_all_forms_of_its_language(spoken: Catalog) -> None:
    wrong = [
        message.id
        for message in messages(spoken)
        if len(forms(message.string)) != (spoken.num_plurals if message.pluralizable else 1)
    ]
    assert wrong == []


def test_a_translation_fills_in_what_the_sentence_fills_in(spoken: Catalog) -> None:
    wrong = [
        (message.id, translated)
        for message in messages(spoken)
        for translated in forms(message.string)
        if blanks(translated) not in map(blanks, forms(message.id))
    ]
    assert wrong == []


def blanks(sentence: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(sentence))
