"""Who is asking, what each permission needs, and the mark a route carries to say which."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from flask import Flask, current_app, g, request

from school_erp.core.errors import Forbidden, Unauthenticated

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever a request acts for: a person in a school, or one of the school's other systems."""

    school_id: UUID
    roles: frozenset[str] = frozenset()
    person_id: UUID | None = None
    sign_in_id: UUID | None = None
    client_id: UUID | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)
    name: str = ""

    @property
    def id(self) -> UUID:
        found = self.client_id or self.person_id
        assert found is not None  # noqa: S101 - an actor is one or the other
        return found

    @property
    def is_client(self) -> bool:
        return self.client_id is not None

    def is_any(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


Predicate = Callable[[Actor], bool]
Authenticator = Callable[[], Actor | None]
TokenReader = Callable[[str], Actor]
# who asks, told by what a request brings alone; nobody, where that takes a second look
Recogniser = Callable[[dict[str, Any]], Actor | None]

PERMISSION, PUBLIC = "__permission__", "__public__"
IDEMPOTENT = "__idempotent__"


class UndeclaredRoute(RuntimeError):
    """A route does not say who may use it, so the application does not start."""


class Policy:
    """The whole table: each permission with the one line that decides it."""

    def __init__(self) -> None:
        self._rules: dict[str, Predicate] = {}
        self.authenticate: Authenticator = lambda: None
        self.read_token: TokenReader = _no_token_holds
        self.recognise: Recogniser = lambda _environ: None

    def add(self, rules: Mapping[Any, Predicate]) -> None:
        self._rules.update({str(permission): rule for permission, rule in rules.items()})

    def allows(self, actor: Actor, permission: str) -> bool:
        """Other systems may do what their key lists; people what their roles say."""
        if actor.is_client:
            return permission in actor.scopes
        return self._rules[permission](actor)

    @property
    def permissions(self) -> list[str]:
        return sorted(self._rules)


def _no_token_holds(_: str) -> Actor:
    raise Unauthenticated


def policy() -> Policy:
    found: Policy = current_app.extensions["policy"]
    return found


def current_actor() -> Actor:
    actor = actor_or_none()
    if actor is None:
        raise Unauthenticated
    return actor


def actor_or_none() -> Actor | None:
    """The one behind this request, found once."""
    if "actor" not in g:
        g.actor = None
        g.actor = policy().authenticate()
    found: Actor | None = g.actor
    return found


def ask_nobody_who_they_are() -> None:
    """For what a link alone decides: whoever is signed in here may be of another school."""
    g.actor = None


def may(permission: StrEnum, actor: Actor | None = None) -> bool:
    asking = actor or actor_or_none()
    return asking is not None and policy().allows(asking, str(permission))


def demand(permission: StrEnum) -> Actor:
    actor = current_actor()
    if not policy().allows(actor, str(permission)):
        raise Forbidden
    return actor


def requires(permission: StrEnum) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a route with the permission it needs, and hold callers to it."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            demand(permission)
            return view(*args, **kwargs)

        setattr(guarded, PERMISSION, permission)
        return guarded

    return decorate


def public(reason: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a route as open to everyone, with the reason why that is right."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        setattr(view, PUBLIC, reason)
        return view

    return decorate


def refuse_undeclared_routes(app: Flask) -> None:
    known = set(app.extensions["policy"].permissions)
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        permission, reason = getattr(view, PERMISSION, None), getattr(view, PUBLIC, None)
        if (permission is None) == (not reason):
            raise UndeclaredRoute(f"{rule} needs either a permission or a reason to be public.")
        if permission is not None and str(permission) not in known:
            raise UndeclaredRoute(f"{rule} needs {permission}, which no policy decides.")


def address_of_caller() -> str:
    return request.remote_addr or "unknown"
