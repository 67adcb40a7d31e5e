"""Templates are compiled once for all processes of the tests, and anew when they change."""

from __future__ import annotations

from flask import Flask
from jinja2 import FileSystemBytecodeCache


def keep_compiled_templates() -> None:
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache()}
