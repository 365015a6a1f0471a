"""Sends requests as fast as a server answers, and says what that cost the server.

wrk when the machine has it; otherwise threads of this process, which take more of the machine
themselves, so that the throughput (not the CPU per request) comes out lower.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

# What browsers say they read: the site compresses its pages, and that is part of their cost.
HEADERS = {"Accept-Encoding": "gzip, deflate, br, zstd", "Accept-Language": "fr"}


@dataclass(frozen=True)
class Shot:
    """One request: what a client sends. Several shots of a load are sent in turn."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class Measured:
    """What a load gave: requests answered in a second, seconds of server CPU for each."""

    per_second: float
    cpu: float


def fire(
    port: int, parent: int, shots: Sequence[Shot], *, seconds: float, connections: int
) -> Measured:
    """Sends `shots` to 127.0.0.1 for `seconds` over so many connections kept open.

    `parent` is the process whose children serve. Fails if any answer is a 4xx or a 5xx.
    """
    before, start = cpu_of(parent), time.monotonic()
    send = _wrk if shutil.which("wrk") else _threads
    answered = send(port, shots, seconds, connections)
    spent = time.monotonic() - start
    return Measured(answered / spent, (cpu_of(parent) - before) / max(answered, 1))


def cpu_of(parent: int) -> float:
    """The seconds of CPU that a process's children have used so far, in user and system mode."""
    ticks = 0
    for task in Path(f"/proc/{parent}/task").iterdir():
        for child in (task / "children").read_text().split():
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _wrk(port: int, shots: Sequence[Shot], seconds: float, connections: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "shots.lua"
        script.write_text(_lua(shots), "utf-8")
        done = subprocess.run(
            [
                "wrk",
                "--threads=1",
                f"--connections={connections}",
                f"--duration={seconds:.0f}s",
                "--timeout=30s",
                f"--script={script}",
                f"http://127.0.0.1:{port}",
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    assert "Non-2xx" not in done, done
    assert "Socket errors" not in done, done
    found = re.search(r"(\d+) requests in", done)
    assert found, done
    return int(found[1])


def _lua(shots: Sequence[Shot]) -> str:
    """wrk's own script language; long brackets need no escape."""

    def quoted(text: str) -> str:
        assert "]====]" not in text
        return f"[====[{text}]====]"

    lines = ["local shots", "init = function(arguments)", "wrk.init(arguments)", "shots = {"]
    for shot in shots:
        headers = ", ".join(
            f"[{quoted(name)}] = {quoted(value)}"
            for name, value in {**HEADERS, **shot.headers}.items()
        )
        body = quoted(shot.body) if shot.body else "nil"
        lines.append(
            f"  wrk.format({quoted(shot.method)}, {quoted(shot.path)}, {{{headers}}}, {body}),"
        )
    return "\n".join(
        [
            *lines,
            "}",
            "end",
            "local turn = 0",
            "request = function()",
            "  turn = turn % #shots + 1",
            "  return shots[turn]",
            "end",
        ]
    )


def _threads(port: int, shots: Sequence[Shot], seconds: float, connections: int) -> int:
    end = time.monotonic() + seconds
    counts = [0] * connections
    wrong: list[str] = []

    def one(number: int) -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        turn = number
        while time.monotonic() < end and not wrong:
            shot = shots[turn % len(shots)]
            turn += connections
            link.request(shot.method, shot.path, shot.body or None, {**HEADERS, **shot.headers})
            answer = link.getresponse()
            answer.read()
            if answer.status >= 400:
                wrong.append(f"{shot.method} {shot.path}: {answer.status}")
            counts[number] += 1
        link.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[0]
    return sum(counts)
