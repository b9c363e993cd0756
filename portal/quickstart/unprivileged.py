"""
Running PostgreSQL when we are root, which it refuses.

First choice: a user namespace in which we are an ordinary user, so that files keep their owner and a project inside a
private home folder works. Where the kernel or a container forbids that: the account "postgres" or "nobody", if it can
reach the folders.
"""

import ctypes
import os
import pwd
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
UID_INSIDE = 1000


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(signal_number: int) -> Callable[[], None]:
    """Return what a child runs before its program: on Linux the kernel then signals it when we are gone."""
    libc = _libc()

    def before_exec() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal_number)

    return before_exec


def _enter_namespace() -> None:
    libc = _libc()
    uid, gid = os.getuid(), os.getgid()
    if libc is None or libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{UID_INSIDE} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{UID_INSIDE} {gid} 1", encoding="ascii")


def _namespace_works() -> bool:
    try:
        answer = subprocess.run(
            [sys.executable, "-c", "import os; print(os.geteuid())"],
            preexec_fn=_enter_namespace,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.stdout.strip() == str(UID_INSIDE)


def _account_that_reaches(*folders: Path) -> pwd.struct_passwd | None:
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        parents = {parent for folder in folders for parent in [folder, *folder.parents]}
        if all(parent.stat().st_mode & 0o001 or parent.stat().st_uid == account.pw_uid for parent in parents):
            return account
    return None


def own_accounts() -> set[int]:
    """Return whose folders are ours: our own, and as root those of the accounts PostgreSQL may run as."""
    names = ("postgres", "nobody") if os.geteuid() == 0 else ()
    return {os.geteuid(), *(account.pw_uid for account in pwd.getpwall() if account.pw_name in names)}


class CannotDropRoot(Exception):
    """PostgreSQL cannot run here as root; the message says what to do instead."""


def popen_arguments(*, owned: Path, reached: Path, death_signal: int) -> dict[str, Any]:
    """
    Return what ``subprocess`` needs so that PostgreSQL runs, as root or not.

    ``owned`` is the folder it writes (handed to the account it runs as), ``reached`` the folder of its programs.
    """
    dying = die_with_parent(death_signal)
    if os.geteuid() != 0:
        return {"preexec_fn": dying}
    if _namespace_works():

        def before_exec() -> None:
            _enter_namespace()
            dying()

        return {"preexec_fn": before_exec}
    account = _account_that_reaches(owned.parent, reached)
    if account is None:
        raise CannotDropRoot(
            "PostgreSQL does not run as root, and no other account can reach this folder. "
            "Run `make run` as an ordinary user, or set DATABASE_URL and DATABASE_OWNER_URL to a server of yours."
        )
    for folder, _subfolders, files in os.walk(owned):
        for path in [Path(folder), *(Path(folder) / name for name in files)]:
            os.chown(path, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "preexec_fn": dying}
