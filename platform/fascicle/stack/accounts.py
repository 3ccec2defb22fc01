"""Which user PostgreSQL runs as, and where that user can reach its files.

PostgreSQL refuses to run as root. An ordinary user runs it under their own name; root hands it to
an account without rights, and that account must be able to enter the folders it is given.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fascicle.stack.errors import StackError

# tried in this order when root makes a new database
_ACCOUNT_NAMES = ("postgres", "nobody")
# where root keeps what the account cannot reach inside a closed folder; the last ones are for
# machines whose /var/lib is read-only
_SHELTERS = (Path("/var/lib/fascicle"), Path("/var/tmp/fascicle"))  # noqa: S108


@dataclass(frozen=True, slots=True)
class Account:
    """A system user."""

    name: str
    uid: int
    gid: int

    @classmethod
    def by_uid(cls, uid: int) -> Account:
        """Raises StackError when nobody is called `uid`: initdb insists on a name."""
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            raise StackError(
                f"User number {uid} has no entry in the user database, and PostgreSQL needs one. "
                "Add the user, or run as another one."
            ) from None
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)


def server_account(data: Path) -> Account | None:
    """Who runs the server for the data folder `data` (which may not exist yet).

    None stands for the current user. Raises StackError when the data belongs to somebody else.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner != os.geteuid():
            raise StackError(
                f"The database in {data} belongs to another user (number {owner}), probably from a "
                "run as root. Nothing was changed. Run as that user again, or choose another "
                "folder with FASCICLE_STATE."
            )
        return None
    if owner is not None and owner != 0:
        return Account.by_uid(owner)
    for name in _ACCOUNT_NAMES:
        try:
            return Account.by_uid(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    raise StackError(
        "PostgreSQL cannot run as root, and neither `postgres` nor `nobody` exists here. "
        "Run as an ordinary user."
    )


def can_reach(account: Account, paths: Sequence[Path]) -> bool:
    """True when `account` can read every file and enter every folder of `paths`."""
    script = 'for p; do test -r "$p" || exit 1; test -d "$p" -a ! -x "$p" && exit 1; done; exit 0'
    try:
        answer = subprocess.run(
            ["/bin/sh", "-c", script, "sh", *map(str, paths)],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            check=False,
            capture_output=True,
        )
    except PermissionError as error:
        raise StackError(
            f"This root may not start processes as {account.name} ({error}). "
            "Run as an ordinary user."
        ) from error
    return answer.returncode == 0


def can_enter(account: Account, folder: Path) -> bool:
    """True when `account` can pass through `folder` to what lies in it."""
    answer = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
        capture_output=True,
    )
    return answer.returncode == 0


def make_shelter(account: Account, belongs_to: Path) -> Path:
    """A new folder of root's that `account` can pass through, with a note of whose it is."""
    for base in _SHELTERS:
        try:
            base.mkdir(mode=0o755, parents=True, exist_ok=True)
            found = base.lstat()
            if found.st_uid != 0 or not base.is_dir() or base.is_symlink():
                continue
            base.chmod(0o755)
            shelter = Path(tempfile.mkdtemp(prefix="state-", dir=base))
        except OSError:
            continue
        shelter.chmod(0o711)
        (shelter / "belongs-to").write_text(f"{belongs_to}\n", encoding="utf-8")
        if can_enter(account, shelter):
            return shelter
        shutil.rmtree(shelter)
    raise StackError(
        f"PostgreSQL cannot run as root, and {account.name} can enter neither {belongs_to} nor "
        f"{', '.join(map(str, _SHELTERS))}. Run as an ordinary user, or set FASCICLE_STATE to a "
        "folder that other users can enter."
    )


def give(path: Path, account: Account) -> None:
    """Hand `path` and everything below it to `account`."""
    os.chown(path, account.uid, account.gid)
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            os.chown(Path(folder) / name, account.uid, account.gid, follow_symlinks=False)
