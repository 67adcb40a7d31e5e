"""Which revisions the program stands on, read without Alembic, which takes long to load."""

from __future__ import annotations

import re

from config import ROOT

VERSIONS = ROOT / "migrations" / "versions"
REVISION = re.compile(r"^revision(?:: str)? = ['\"](\w+)['\"]", re.MULTILINE)
BEFORE = re.compile(r"^down_revision(?::[^=]+)? = (.+)$", re.MULTILINE)


def newest_revisions() -> set[str]:
    """Those that no other one builds on."""
    texts = [path.read_text() for path in VERSIONS.glob("*.py")]
    known = {revision for text in texts for revision in REVISION.findall(text)}
    built_on = {
        name for text in texts for line in BEFORE.findall(text) for name in re.findall(r"\w+", line)
    }
    return known - built_on
