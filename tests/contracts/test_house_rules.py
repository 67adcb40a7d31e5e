"""What the code may do where, read from its syntax: rules that nobody has to remember."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from config import ROOT

# who may read the clock beside core/clock.py, and why that is no date of a school's
MEASURES_TIME = {
    "school_erp/core/health.py": "how old a worker's last sign of life is",
    "school_erp/core/rate_limit.py": "how long a window still lasts",
    "school_erp/jobs/heartbeat.py": "when a worker last gave a sign of life",
    "school_erp/workbench/provider/outbox.py": "a provider has a clock of its own",
}
# who may commit beside core/unit_of_work.py
COMMITS: dict[str, str] = {}
# who may read the environment beside config.py
READS_ENVIRONMENT = {
    "wsgi.py": "whether to patch must be known before config.py can be imported",
    "school_erp/embedded/postgres.py": "hands PATH on to the server it starts",
    "school_erp/embedded/valkey.py": "hands PATH on to the server it starts",
    "school_erp/workbench/extras.py": "which shell somebody likes",
    "school_erp/workbench/suite.py": "hands it on to the package installer",
    "school_erp/workbench/surroundings.py": "what the programs it starts are given",
}
CLOCKS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today"),
    *("datetime.date.today", "dt.datetime.now", "dt.datetime.utcnow", "dt.date.today"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime"),
}
ENVIRONMENT = {"os.environ", "os.getenv", "os.putenv", "os.environb"}


def sources() -> list[Path]:
    tops = [ROOT / name for name in ("wsgi.py", "worker.py", "config.py")]
    return [*(path for path in tops if path.exists()), *sorted(ROOT.glob("school_erp/**/*.py"))]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), name_of(path))


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of names; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))


def mentions(path: Path, names: set[str]) -> list[str]:
    """Where one of these is used, or imported from its module."""
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute) and dotted(node) in names:
            found.append(f"{name_of(path)}:{node.lineno} {dotted(node)}")
        if isinstance(node, ast.ImportFrom):
            imported = {f"{node.module}.{alias.name}" for alias in node.names}
            found += [f"{name_of(path)}:{node.lineno} {name}" for name in imported & names]
    return found


def elsewhere(allowed: set[str], names: set[str]) -> list[str]:
    return [
        line for path in sources() if name_of(path) not in allowed for line in mentions(path, names)
    ]


def test_only_the_clock_reads_the_clock() -> None:
    assert elsewhere({"school_erp/core/clock.py", *MEASURES_TIME}, CLOCKS) == []


def test_only_the_configuration_reads_the_environment() -> None:
    assert elsewhere({"config.py", *READS_ENVIRONMENT}, ENVIRONMENT) == []


def test_only_the_unit_of_work_commits() -> None:
    committing = [
        f"{name_of(path)}:{call.lineno}"
        for path in sources()
        if name_of(path) not in {"school_erp/core/unit_of_work.py", *COMMITS}
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "commit"
        and "session" in dotted(call.func)
    ]
    assert committing == []


def test_rules_know_no_database_no_request_and_no_clock() -> None:
    rules = [*ROOT.glob("school_erp/*/rules.py"), *ROOT.glob("school_erp/*/rules/*.py")]
    assert len(rules) > 20
    impure = {"sqlalchemy", "flask", "redis", "rq", "extensions", "clock", "tenancy"}
    impure |= {"models", "queries", "actions", "access"}
    assert [
        f"{name_of(path)}:{node.lineno} {node.module}"
        for path in rules
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom)
        and impure & {*(node.module or "").split("."), *(alias.name for alias in node.names)}
    ] == []


def test_nothing_is_emitted_without_a_room_and_only_by_realtime() -> None:
    emits = [
        (path, call)
        for path in sources()
        for call in calls(path)
        if dotted(call.func).rpartition(".")[2] == "emit"
    ]
    loose = [
        f"{name_of(path)}:{call.lineno}"
        for path, call in emits
        if not name_of(path).startswith("school_erp/realtime/")
        or not {"to", "room"} & {keyword.arg for keyword in call.keywords}
    ]
    assert loose == []


def test_no_exception_is_swallowed() -> None:
    """`except Exception: pass` hides what happened from everybody."""
    swallowing = [
        f"{name_of(path)}:{handler.lineno}"
        for path in sources()
        for handler in ast.walk(tree_of(path))
        if isinstance(handler, ast.ExceptHandler)
        and (handler.type is None or dotted(handler.type) in {"Exception", "BaseException"})
        and all(isinstance(step, (ast.Pass, ast.Continue)) for step in handler.body)
    ]
    assert swallowing == []


def test_handlers_are_leaves() -> None:
    """Nothing imports an `api` or a `pages` but the list of what the application is made of."""
    importing = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources()
        if name_of(path) != "school_erp/__init__.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and _is_of_handlers(node)
        if not _own_package(path, node)
    ]
    assert importing == []


def _is_of_handlers(node: ast.ImportFrom) -> bool:
    module = node.module or ""
    names = {*module.split("."), *(alias.name for alias in node.names)}
    return module.startswith("school_erp.") and bool(names & {"api", "pages"})


def _own_package(path: Path, node: ast.ImportFrom) -> bool:
    """`api/` and `pages/` may be folders whose files share their blueprint."""
    package = name_of(path).rpartition("/")[0].replace("/", ".")
    return package.endswith((".api", ".pages")) and (node.module or "").startswith(package)


@pytest.mark.parametrize("word", ["utils", "helpers", "manager", "handler", "data", "info"])
def test_no_module_has_a_name_that_says_nothing(word: str) -> None:
    assert [name_of(path) for path in sources() if path.stem == word] == []


def test_exceptions_to_the_rules_are_still_needed() -> None:
    """An entry for a file that no longer needs it would hide the next fault there."""
    needless = [
        *(name for name in MEASURES_TIME if not mentions(ROOT / name, CLOCKS)),
        *(name for name in READS_ENVIRONMENT if not mentions(ROOT / name, ENVIRONMENT)),
    ]
    assert needless == []


def test_packages_are_imported_in_their_order() -> None:
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_every_api_is_made_of_our_own_blueprint() -> None:
    """The library's own reads bodies less carefully; see core/openapi.py."""
    theirs = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources()
        if name_of(path) != "school_erp/core/openapi.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.module == "flask_smorest"
    ]
    assert theirs == []
