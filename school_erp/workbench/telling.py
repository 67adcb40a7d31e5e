"""What the person at the terminal sees."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

WIDTH = 11


def tell(name: str, line: str) -> None:
    """One line of a program. The demo's answer is for run.json, not for the eye."""
    if not line.startswith('{"schools"'):
        say(f"{name:<{WIDTH}}| {line}")


def say(line: str) -> None:
    # a terminal that was closed must not keep us from stopping what we started
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def welcome(url: str, schools: list[dict[str, Any]], outbox: str = "") -> None:
    """The address, and one person of each role to sign in as."""
    say("")
    say(f"  The school is open at {url}    (Ctrl-C closes it)")
    for school in schools:
        say("")
        say(f"  {school['name']}: sign in to the school “{school['slug']}” as")
        for person in _one_of_each_role(school["people"]):
            say("    {role:<10} {login:<28} {password:<18} {name}".format(**person))
    if outbox:
        say("")
        say(f"  Messages to parents leave for nowhere; read them at {outbox}")
    say("")


def _one_of_each_role(people: list[dict[str, str]]) -> list[dict[str, str]]:
    firsts: dict[str, dict[str, str]] = {}
    for person in people:
        firsts.setdefault(person["role"], person)
    return list(firsts.values())
