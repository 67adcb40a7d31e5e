"""The languages the product speaks, each by its own name."""

from __future__ import annotations

LANGUAGES = {"en": "English", "fr": "Français", "ar": "العربية"}
