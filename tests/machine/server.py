"""The site as an operator runs it: gunicorn on a free port of this machine."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 60


@dataclass(frozen=True)
class Site:
    """A running site: its address without a final slash, its settings, its processes' parent."""

    url: str
    environ: Mapping[str, str]
    pid: int

    @property
    def port(self) -> int:
        """The port it listens on, at 127.0.0.1."""
        return int(self.url.rpartition(":")[2])

    def work(self) -> None:
        """Does what is due: sends the mails that wait (into the demo's folder), runs the jobs."""
        program = Path(sys.executable).parent / "civic"
        subprocess.run(
            [program, "work", "--once"],
            env=dict(self.environ),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            check=True,
        )

    @property
    def accounts(self) -> list[dict[str, str]]:
        """The demo's accounts, one a role: `role`, `email`, `password`."""
        file = Path(self.environ["CIVIC_VAULT"]) / "demo-accounts.json"
        found: list[dict[str, str]] = json.loads(file.read_text("utf-8"))
        return found


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serve(
    environ: Mapping[str, str],
    folder: Path,
    *,
    app: str = "wsgi:app",
    workers: int = 2,
    threads: int = 4,
) -> Iterator[Site]:
    """gunicorn on `app`, from its first answer to the end of the block; its log in `folder`."""
    url = environ["CIVIC_BASE_URL"]
    site_port = int(url.rpartition(":")[2])
    log = folder / "server.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                f"--bind=127.0.0.1:{site_port}",
                f"--workers={workers}",
                f"--threads={threads}",
                "--worker-class=gthread",
                "--no-control-socket",
                "--log-level=warning",
                app,
            ],
            env=dict(environ),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
        try:
            _wait(process, site_port, log)
            yield Site(url, environ, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def serve_demo(folder: Path, *, database: str = "") -> Iterator[Site]:
    """The demo, filled in `folder` as `make demo` fills it, and served.

    `database` is the address of an empty PostgreSQL database, an SQLite file when not given.
    """
    from civic.home.commands import environment, reference
    from civic.home.filling import fill
    from civic.home.made_up_identity import provider
    from civic.house.settings import Settings

    ours = environment(folder, port=free_port())
    if database:
        ours["CIVIC_DATABASE_URL"] = database
    fill(Settings.load(ours), folder, reference(), tell=lambda _line: None)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVIC_")}
    with (
        provider(ours["CIVIC_BASE_URL"]) as identity,
        serve({**kept, **ours, **identity}, folder) as site,
    ):
        yield site


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(START_SECONDS * 10):
        assert process.poll() is None, f"the server stopped:\n{log.read_text()[-3000:]}"
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            asked.request("GET", "/static/css/site.css")
            asked.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            asked.close()
    raise AssertionError(f"the server does not answer:\n{log.read_text()[-3000:]}")
