"""The site as an operator runs it: gunicorn on a free port of this machine."""

from __future__ import annotations

import http.client
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


def settings_for(
    folder: Path, url: str, *, database: str = "", demo: bool = True
) -> dict[str, str]:
    """The environment of a site whose data lie in `folder`; the rest of ours, less our settings.

    `database` is an address, an SQLite file of the folder when it is not given.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("CIVIC_")}
    if "CIVIC_REFERENCE_DATA" in os.environ:
        ours["CIVIC_REFERENCE_DATA"] = os.environ["CIVIC_REFERENCE_DATA"]
    return {
        **ours,
        "CIVIC_DATABASE_URL": database or f"sqlite:///{folder / 'civic.db'}",
        "CIVIC_SECRET_KEY": "only for tests, and long enough for them",
        "CIVIC_VAULT": str(folder / "vault"),
        "CIVIC_UPLOADS": str(folder / "uploads"),
        "CIVIC_MAIL": f"folder:{folder / 'mails'}",
        "CIVIC_MAIL_FROM": "civic@civic.test",
        "CIVIC_BASE_URL": url,
        "CIVIC_DEMO": "oui" if demo else "non",
        "CIVIC_HTTPS": "non",
    }


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def civic(*words: str, environ: Mapping[str, str]) -> str:
    """Runs the `civic` command to its end; what it printed. Fails with its words if it fails."""
    program = Path(sys.executable).parent / "civic"
    done = subprocess.run(
        [program, *words],
        env=dict(environ),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"civic {' '.join(words)}: {done.stderr[-3000:]}"
    return done.stdout


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
    """The demo, filled as `make demo` fills it, and served."""
    environ = settings_for(folder, f"http://127.0.0.1:{free_port()}", database=database)
    civic("demo", "prepare", environ=environ)
    with serve(environ, folder) as site:
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
