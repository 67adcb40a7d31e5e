"""The first minute on a strange machine: what dev.py prepares, and what it says when it cannot."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from config import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh clone as dev.py sees it, without the program."""
    place = tmp_path / "checkout"
    place.mkdir()
    shutil.copy(ROOT / "dev.py", place)
    return place


def run_dev(
    checkout: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(checkout / "dev.py"), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_unknown_command_shows_which_there_are(checkout: Path) -> None:
    asked = run_dev(checkout, "lunch")
    assert asked.returncode == 2
    assert all(f"\n  {command} " in asked.stdout for command in dev.NEEDS)
    assert run_dev(checkout, "--help").returncode == 0


def test_a_platform_without_a_built_package_is_one_sentence() -> None:
    tool = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--no-index", "--only-binary=:all:", "imaginary"],
        capture_output=True,
        text=True,
        check=False,
    )
    said = dev.why_it_failed("installing requirements.txt", tool.stdout + tool.stderr)
    assert said.startswith("There is no built package of imaginary for this machine (")
    assert "\n" not in said


def test_a_python_without_its_venv_module_is_told_which_package_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(dev.CannotGoOn, match="apt-get install python3-venv"):
        dev.make_virtual_environment()


def test_a_full_disk_is_one_sentence() -> None:
    said = dev.why_it_failed(
        "installing requirements.txt", "OSError: [Errno 28] No space left on device"
    )
    assert (
        said
        == "The disk is full, so installing requirements.txt failed: make room and run this again."
    )


def test_what_a_tool_said_is_shown_when_it_fails() -> None:
    with pytest.raises(dev.CannotGoOn, match=r"(?s)broken egg.*Cooking failed"):
        dev.step("cooking", [sys.executable, "-c", "import sys; sys.exit('broken egg')"])


def test_a_node_that_is_too_old_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert dev.node_of_the_machine() is None
    for name, version in (("npm", "10"), ("node", "v18.2.0")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
        (tmp_path / name).chmod(0o755)
    assert dev.node_of_the_machine() is None
    (tmp_path / "node").write_text("#!/bin/sh\necho v22.1.0\n")
    assert dev.node_of_the_machine() == str(tmp_path)


def test_work_is_done_again_only_when_what_it_is_made_of_changed(tmp_path: Path) -> None:
    done: list[str] = []

    def work(made_of: str) -> None:
        with dev.unless_done(tmp_path / "stamp", made_of) as needed:
            if needed:
                done.append(made_of)

    for made_of in ("a", "a", "b", "b"):
        work(made_of)
    assert done == ["a", "b"]


def test_work_that_failed_is_not_taken_for_done(tmp_path: Path) -> None:
    def fail() -> None:
        with dev.unless_done(tmp_path / "stamp", "a"):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not (tmp_path / "stamp").exists()


def test_a_fingerprint_sees_names_and_contents_and_tells_neighbours_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    folder = tmp_path / "frontend"
    folder.mkdir()
    seen = {dev.fingerprint([folder])}
    (folder / "a").write_text("bc")
    seen.add(dev.fingerprint([folder]))
    (folder / "a").rename(folder / "ab")
    (folder / "ab").write_text("c")
    seen.add(dev.fingerprint([folder]))
    assert len(seen) == 3


def test_pip_takes_only_built_packages_whose_hash_is_known() -> None:
    asked = dev.pip("-r", "requirements.txt")
    assert {"--only-binary=:all:", "--require-hashes"} <= set(asked)
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-node.txt"):
        pinned = [line for line in (ROOT / name).read_text().splitlines() if "==" in line]
        assert pinned
        assert all(line.split(" ;")[0].rstrip(" \\").count("==") == 1 for line in pinned)
        assert (ROOT / name).read_text().count("--hash=sha256:") >= len(pinned)


def test_what_is_listed_names_all_that_it_needs() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
