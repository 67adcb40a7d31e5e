"""Here everybody signs in as people do, by password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.world import CallerByPassword, VisitorByPassword, World


@pytest.fixture
def as_(app: Flask, world: World) -> Callable[..., CallerByPassword]:
    def sign_in(who: str, school: World = world) -> CallerByPassword:
        return CallerByPassword(app, school, who)

    return sign_in


@pytest.fixture
def visiting(app: Flask, world: World) -> Callable[..., VisitorByPassword]:
    def sign_in(who: str, school: World = world, **extra: Any) -> VisitorByPassword:
        return VisitorByPassword(app, school, who, **extra)

    return sign_in
