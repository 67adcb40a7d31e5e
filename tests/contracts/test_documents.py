"""What the documents name is there: they are read where the code is, and rot like it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/**/*.md"))]
FILES = {path.as_posix() for path in ROOT.glob("*.*")} | {
    path.as_posix()
    for folder in ("school_erp", "bench", "tests", "migrations", "deploy", "docs")
    for path in ROOT.glob(f"{folder}/**/*")
}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_only_files_that_are_there(document: Path) -> None:
    text = document.read_text()
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)|img src=\"([^\"]+)\"", text)
    missing = {link for pair in linked for link in pair if link and not _there(document, link)}
    named = re.findall(r"`(\w[\w./]*\w/\w[\w.]*\.(?:py|ts|css|json|html))`", text)
    missing |= {name for name in named if not any(file.endswith(f"/{name}") for file in FILES)}
    assert missing == set()


def test_a_call_that_a_document_names_is_a_route(app: Flask) -> None:
    """Names in the address may differ: what stands between the slashes is what counts."""
    routes = {
        (method, re.sub("<.*?>", "<>", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    said = re.findall(
        r"`?(GET|POST|PUT|PATCH|DELETE) +(/api/v1/[^\s`?]+)", (ROOT / "docs/api.md").read_text()
    )
    named = {(method, re.sub("<.*?>", "<>", path)) for method, path in said}
    assert len(named) > 5
    assert named - routes == set()


def _there(document: Path, link: str) -> bool:
    return (document.parent / link).exists()
