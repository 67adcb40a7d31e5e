from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from config import Config
from school_erp.cli import operators_app
from tests.conftest import close

Operator = Callable[..., Result]


@contextmanager
def operators_of(servers: Config) -> Iterator[Flask]:
    app = operators_app(servers)
    yield app
    close(app)


def typing_into(app: Flask) -> Operator:
    """`operator("school", "list")`: what an operator types, and what comes of it."""

    def types(*words: str, **extra: Any) -> Result:
        return app.test_cli_runner().invoke(args=list(words), **extra)

    return types


@pytest.fixture(scope="session")
def operators(servers: Config) -> Iterator[Flask]:
    with operators_of(servers) as app:
        yield app


@pytest.fixture
def operator(operators: Flask) -> Operator:
    return typing_into(operators)
