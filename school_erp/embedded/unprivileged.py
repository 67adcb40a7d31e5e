"""PostgreSQL refuses to run as root. Started by root, it runs as an account that may do nothing."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import stat
import struct
import subprocess
import sys
from pathlib import Path

from school_erp.embedded.errors import ServerUnusable

ACCOUNT = "pgserver"
ACL = "system.posix_acl_access"
ACL_VERSION = struct.pack("<I", 2)
ACL_ENTRY = struct.Struct("<HHI")
USER_OBJ, USER, GROUP_OBJ, MASK, OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
NOBODY_IN_PARTICULAR = 0xFFFFFFFF


def account_for(data: Path) -> pwd.struct_passwd | None:
    """None when we are not root. Data that already belong to somebody stay with them."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat().st_uid) != 0:
        with contextlib.suppress(KeyError):
            return pwd.getpwuid(owner)
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(ACCOUNT)
    return _create_account()


def let_reach(account: pwd.struct_passwd, place: Path) -> None:
    """Let the account, and nobody else, pass through the directories above `place`."""
    for directory in reversed(place.parents):
        if not _may_pass(account, directory):
            _let_pass(account, directory)


def let_run(account: pwd.struct_passwd, program: Path, belongings: list[Path]) -> None:
    """An install under a strict umask left files that only root may read."""
    let_reach(account, program)
    if not _runs(account, program):
        for part in belongings:
            _open_for_reading(part)
    if not _runs(account, program):
        raise ServerUnusable(
            f"{program} cannot be run by the account {account.pw_name}, and PostgreSQL does not "
            "run as root: start as another user, or put the checkout where every user may read it."
        )


def _create_account() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise ServerUnusable(
            "PostgreSQL does not run as root and there is no useradd to make an account for it: "
            f"start as another user, or create an account named {ACCOUNT}."
        )
    made = subprocess.run(
        [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", ACCOUNT],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise ServerUnusable(
            f"PostgreSQL does not run as root and the account {ACCOUNT} could not be made for it: "
            f"{made.stderr.strip()}"
        ) from None


def _may_pass(account: pwd.struct_passwd, directory: Path) -> bool:
    about = directory.stat()
    if about.st_mode & stat.S_IXOTH or about.st_uid == account.pw_uid:
        return True
    named = {who for tag, allowed, who in _acl(directory) if tag == USER and allowed & 1}
    return account.pw_uid in named and bool(
        about.st_mode & stat.S_IXGRP
    )  # the group bits: the mask


def _let_pass(account: pwd.struct_passwd, directory: Path) -> None:
    """An entry for this one account; where the file system keeps none, passing for all."""
    entries = [entry for entry in _acl(directory) if entry[:3:2] != (USER, account.pw_uid)]
    mask = directory.stat().st_mode >> 3 & 7
    entries = [entry for entry in entries if entry[0] != MASK]
    entries += [(USER, 1, account.pw_uid), (MASK, mask | 1, NOBODY_IN_PARTICULAR)]
    packed = b"".join(ACL_ENTRY.pack(*entry) for entry in sorted(entries, key=_acl_order))
    try:
        os.setxattr(directory, ACL, ACL_VERSION + packed)
        whom = f"the account {account.pw_name}"
    except (OSError, AttributeError):
        directory.chmod(directory.stat().st_mode | stat.S_IXOTH)
        whom = "every account"
    sys.stderr.write(f"Let {whom} pass through {directory}: PostgreSQL does not run as root.\n")


def _acl(directory: Path) -> list[tuple[int, int, int]]:
    try:
        packed = os.getxattr(directory, ACL)[len(ACL_VERSION) :]
    except (OSError, AttributeError):
        mode = directory.stat().st_mode
        own, group, other = mode >> 6 & 7, mode >> 3 & 7, mode & 7
        tags = ((USER_OBJ, own), (GROUP_OBJ, group), (OTHER, other))
        return [(tag, allowed, NOBODY_IN_PARTICULAR) for tag, allowed in tags]
    return [ACL_ENTRY.unpack_from(packed, at) for at in range(0, len(packed), ACL_ENTRY.size)]


def _acl_order(entry: tuple[int, int, int]) -> tuple[int, int]:
    return entry[0], entry[2]


def _runs(account: pwd.struct_passwd, program: Path) -> bool:
    try:
        ended = subprocess.run(
            [program, "--version"],
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return ended.returncode == 0


def _open_for_reading(part: Path) -> None:
    for path in (part, *part.rglob("*")):
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        run = stat.S_IXGRP | stat.S_IXOTH if mode & stat.S_IXUSR else 0
        path.chmod(mode | stat.S_IRGRP | stat.S_IROTH | run)
