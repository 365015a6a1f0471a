"""Deposits at once while the site and its database are killed: `python -m tests.bench faults`.

    python -m tests.bench faults [--deposits 10000] [--clients 200] [--kills 20] [--only KIND]

Each database gets a vote with letters. gunicorn serves it (two workers of four threads, as the
demo); clients behave as browsers do: the page of the code, its form, the ballot, its form with its
token and key, the page with the receipt; when the connection is lost or the page says that there
is a crowd, they wait and send the same thing again, as the page asks. Some voters change their
mind, some vote with one letter in two browsers at once, and checkpoints of the urn are published
all along. Meanwhile `kill -9` ends a worker, the database server with all its processes, or the
whole site and its database at once; each is started again as an operator's machine would.

At the end the urn is compared with what the voters were shown (`check`), and step 1 of closing is
carried out. Ends with 1 when a property does not hold.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.machine import postgresql
from tests.machine.databases import KINDS, Databases
from tests.machine.server import Site, free_port, serve

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from civic.ballots.queries import PollView
    from civic.ballots.vault import PollSecrets

PATIENCE = 240.0
"""Seconds that a voter goes on trying one page."""


@dataclass(frozen=True)
class Task:
    """What one browser does: its letter's code, and the ballots that it deposits in turn."""

    code: str
    ballots: Sequence[tuple[str, ...]]


@dataclass
class Told:
    """What one browser was shown: for each ballot of its task, the receipt."""

    task: Task
    receipts: list[str] = field(default_factory=list)
    problem: str = ""


@dataclass
class Found:
    """The outcome of a run: what happened, and what does not hold."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0
    log: str = ""


# --- a browser -----------------------------------------------------------------------------------


class Browser:
    """Cookies, forms and patience; counts what went wrong on the way in `counts`."""

    def __init__(self, port: int, counts: Counter[str], chance: random.Random) -> None:
        self._port = port
        self._counts = counts
        self._chance = chance
        self._cookies: dict[str, str] = {}
        self._link: http.client.HTTPConnection | None = None

    def ask(self, path: str, body: str | None = None) -> tuple[str, str]:
        """The text of an answer and where it leads; asks again until there is one."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                status, text, place, wait = self._once(path, body)
            except (OSError, http.client.HTTPException):
                self._counts["connections lost"] += 1
                self.close()
                time.sleep(0.2 + self._chance.random())
                continue
            if status == 503:
                unsure = "Nous ne savons pas" in text
                self._counts["« we don't know » answers" if unsure else "« busy » answers"] += 1
                time.sleep(min(wait, 5.0) * (0.2 + 0.8 * self._chance.random()))
                continue
            assert status < 400, f"{path}: {status} {' '.join(text.split())[-400:]}"
            return text, place
        raise AssertionError(f"{path}: no answer in {PATIENCE:.0f} s")

    def _once(self, path: str, body: str | None) -> tuple[int, str, str, float]:
        if self._link is None:
            self._link = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Sec-Fetch-Site"] = "same-origin"
        self._link.request("GET" if body is None else "POST", path, body, headers)
        answer = self._link.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(cookie).items():
                self._cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self._cookies[name]
        self._counts["requests answered"] += 1
        wait = float(answer.headers.get("Retry-After", "1"))
        return answer.status, text, answer.headers.get("Location", ""), wait

    def close(self) -> None:
        """Lets go of the connection; cookies stay."""
        if self._link is not None:
            self._link.close()
            self._link = None


_FORM = re.compile(r"<form\b[^>]*method=\"post\"[^>]*>.*?</form>", re.DOTALL)
_HIDDEN = re.compile(r"<input\b(?=[^>]*type=\"hidden\")[^>]*>")
_SAID = re.compile(r"\b(name|value)=\"([^\"]*)\"")
_RECEIPT = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")


def _form(page: str, has: str) -> list[tuple[str, str]]:
    """The hidden fields of the form of the page that has a field of that name."""
    (form,) = [one for one in _FORM.findall(page) if f'name="{has}"' in one]
    found = []
    for one in _HIDDEN.findall(form):
        said = dict(_SAID.findall(one))
        found.append((said["name"], unescape(said.get("value", ""))))
    return found


def vote(browser: Browser, poll: str, told: Told) -> None:
    """One task from the letter to the last receipt; a problem is kept in `told`."""
    try:
        enter, ballot = f"/votes/{poll}/entrer", f"/votes/{poll}/bulletin"
        page, _place = browser.ask(enter)
        browser.ask(enter, urlencode([*_form(page, "code"), ("code", told.task.code)]))
        for chosen in told.task.ballots:
            page, place = browser.ask(ballot)
            if place:  # the draft went with the deposit: come in again
                page, _place = browser.ask(enter)
                browser.ask(enter, urlencode([*_form(page, "code"), ("code", told.task.code)]))
                page, _place = browser.ask(ballot)
            fields = [*_form(page, "choice"), *(("choice", one) for one in chosen)]
            _text, place = browser.ask(ballot, urlencode([*fields, ("act", "deposit")]))
            assert place.endswith("/depose"), f"the deposit led to {place!r}"
            page, _place = browser.ask(place)
            told.receipts.append(_RECEIPT.findall(page)[0])
    except Exception as wrong:  # a voter's bad day must not end the run
        told.problem = f"{type(wrong).__name__}: {wrong}"
    finally:
        browser.close()


# --- the machine that fails ----------------------------------------------------------------------


class Machine:
    """The site and its database, which can be killed and started again."""

    def __init__(self, kind: str, folder: Path, environ: dict[str, str]) -> None:
        self._kind = kind
        self._folder = folder
        self._environ = environ
        self._serving: AbstractContextManager[Site] | None = None
        self.site: Site | None = None

    def start(self) -> None:
        """Starts the site, and waits for its first answer."""
        self._serving = serve(self._environ, self._folder)
        self.site = self._serving.__enter__()

    def end(self) -> None:
        """Lets the site end as an operator would."""
        if self._serving is not None:
            self._serving.__exit__(None, None, None)
            self._serving = None

    def _children(self) -> list[int]:
        assert self.site is not None
        said = Path(f"/proc/{self.site.pid}/task/{self.site.pid}/children").read_text()
        return [int(one) for one in said.split()]

    def fail(self, what: str, chance: random.Random) -> None:
        """`kill -9` on "a worker", "the database" or "everything"; then what was ended is back."""
        assert self.site is not None
        if what == "a worker":
            with suppress(ProcessLookupError):  # gunicorn starts another by itself
                os.kill(chance.choice(self._children()), signal.SIGKILL)
            return
        if what == "everything":
            children = self._children()
            for one in (self.site.pid, *children):
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
        if self._kind == "postgresql":
            postgresql.kill(self._folder.parent)
            time.sleep(0.3)
            postgresql.start_again(self._folder.parent)
        if what == "everything":
            self.end()
            self.start()


def _faults(kind: str, kills: int) -> list[str]:
    """What fails, in turn. An SQLite file has no server: its writers are the workers."""
    turn = ["a worker", "everything"] if kind == "sqlite" else FAULTS
    return [turn[number % len(turn)] for number in range(kills)]


FAULTS = ["a worker", "the database", "everything", "a worker", "the database"]


# --- one run -------------------------------------------------------------------------------------


def run(
    kind: str, folder: Path, databases: Databases, *, deposits: int, clients: int, kills: int
) -> Found:
    """Fills, serves, votes, kills, checks. PostgreSQL's server is the one of `folder`."""
    from civic.home.commands import environment
    from civic.house import db as house
    from civic.house.settings import Settings

    place = folder / kind
    place.mkdir()
    url = databases.fresh(kind, place)
    environ = {
        **environment(place, port=free_port()),
        "CIVIC_DATABASE_URL": url,
        "CIVIC_DEMO": "non",
        "PATH": "/usr/bin:/bin",
    }
    chance = random.Random(f"{kind} {deposits}")
    settings = Settings.load({n: v for n, v in environ.items() if n.startswith("CIVIC_")})
    engine = house.make_engine(url)
    with house.sessions(engine)() as db:
        poll, known, codes = _fill(db, settings.vault, deposits - 3 * (deposits // 13) // 2)
    told = _tasks(codes, deposits, chance)
    machine, found = Machine(kind, place, environ), Found()
    began = time.monotonic()
    machine.start()
    try:
        _vote(machine, engine, poll, told, found, clients, _faults(kind, kills), chance)
    finally:
        machine.end()
    found.seconds = time.monotonic() - began
    said = (place / "server.log").read_text(errors="replace").splitlines()
    found.log = "\n".join(line for line in said if " busy: " not in line)[-6000:]
    with house.sessions(engine)() as db:
        check(db, poll, known, told, found)
    engine.dispose()
    return found


def _fill(db: Session, vault: Path, voters: int) -> tuple[PollView, PollSecrets, list[str]]:
    """A vote that is open now, and the codes of so many letters."""
    from civic.ballots import service
    from civic.house.clock import clock
    from tests.ballots.make import make_poll, secrets_of

    now = clock.now()
    poll = make_poll(
        db, vault, opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=1)
    )
    known = secrets_of(poll, vault)
    people = [service.RollEntry(f"Essai{n}", "Camille", date(1980, 1, 1)) for n in range(voters)]
    codes: list[str] = []
    for start in range(0, voters, 500):
        letters, _without = service.make_letters(
            db, poll_id=poll.id, entries=people[start : start + 500], known=known, by="system",
            at=now,
        )  # fmt: skip
        codes += [one.code for one in letters]
    return poll, known, codes


def _tasks(codes: list[str], deposits: int, chance: random.Random) -> list[Told]:
    """Browsers for so many deposits: a thirteenth each of second thoughts and of shared letters."""
    few = deposits // 13

    def ballot() -> tuple[str, ...]:
        return tuple(sorted(chance.sample([f"P{n}" for n in range(1, 6)], chance.randint(0, 3))))

    left = iter(codes)
    tasks = [Task(next(left), (ballot(), ballot())) for _ in range(few // 2)]
    pairs = [Task(next(left), (ballot(),)) for _ in range(few)]
    singles = [Task(code, (ballot(),)) for code in left]
    tasks += singles[: deposits - 2 * (few // 2) - 2 * few]
    chance.shuffle(tasks)
    for place, task in enumerate(pairs):  # side by side, so that both are under way at once
        at = 2 * place + len(tasks) * place // max(1, few)
        tasks[at:at] = [task, Task(task.code, (ballot(),))]
    return [Told(task) for task in tasks]


def _vote(
    machine: Machine, engine: Engine, poll: PollView, told: list[Told], found: Found,
    clients: int, faults: list[str], chance: random.Random,
) -> None:  # fmt: skip
    from sqlalchemy.exc import DBAPIError

    from civic.ballots import service
    from civic.house import db as house
    from civic.house.clock import clock
    from civic.house.refusal import Busy

    assert machine.site is not None
    port = machine.site.port
    waiting, lock, over = iter(told), threading.Lock(), threading.Event()
    deposits = sum(len(one.task.ballots) for one in told)

    def client(number: int) -> None:
        counts: Counter[str] = Counter()
        own = random.Random(number)
        while True:
            with lock:
                one = next(waiting, None)
                found.counts.update(counts)
                counts.clear()
            if one is None:
                return
            vote(Browser(port, counts, own), poll.slug, one)

    def publish() -> None:
        while not over.wait(1.0):
            try:
                with house.sessions(engine)() as db:
                    service.publish_checkpoint(db, poll_id=poll.id, by="system", at=clock.now())
                found.counts["checkpoints published"] += 1
            except (Busy, DBAPIError):
                found.counts["checkpoints put off"] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    threads.append(threading.Thread(target=publish))
    for thread in threads:
        thread.start()
    try:
        for number, what in enumerate(faults, 1):
            while sum(len(one.receipts) for one in told) * (len(faults) + 1) < deposits * number:
                time.sleep(0.05)
                if not any(thread.is_alive() for thread in threads[:-1]):
                    break
            machine.fail(what, chance)
            found.counts[f"killed: {what}"] += 1
    finally:
        for thread in threads[:-1]:
            thread.join()
        over.set()
        threads[-1].join()


# --- what must hold ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Urn:
    """What the database says in the end: digests by receipt, envelopes by token, who signed."""

    states: dict[str, tuple[str, str]]
    envelopes: dict[str, tuple[str, bytes]]
    check_ins: set[str]
    rights: dict[str, str]


def _read(db: Session) -> Urn:
    from sqlalchemy import select

    from civic.ballots.models import BallotEnvelope, CheckIn, LoggedDigest, VotingCode
    from civic.rules import urn

    envelope = BallotEnvelope.__table__.c
    return Urn(
        {
            urn.receipt_number(digest): (state, digest)
            for digest, state in db.execute(select(LoggedDigest.digest, LoggedDigest.state))
        },
        {
            token: (digest, sealed)
            for token, digest, sealed in db.execute(
                select(envelope.token, envelope.digest, envelope.sealed)
            )
        },
        set(db.scalars(select(CheckIn.right_id))),
        {row.keyed_hash: row.right_id for row in db.execute(select(VotingCode.__table__))},
    )


def check(
    db: Session, poll: PollView, known: PollSecrets, told: Sequence[Told], found: Found
) -> None:
    """Compares the urn with what was shown; what does not hold goes to `found.wrong`."""
    from civic.ballots import service
    from civic.house import journal
    from civic.house.refusal import Refusal
    from civic.rules import urn

    wrong, there = found.wrong, _read(db)
    wrong += [one.problem for one in told if one.problem]
    shown = [receipt for one in told for receipt in one.receipts]
    found.counts["receipts shown"] = len(shown)
    for receipt in shown:
        if receipt in there.states:
            found.counts[f"receipts that say « {there.states[receipt][0]} »"] += 1
        else:
            wrong.append(f"the receipt {receipt} was shown and is unknown")
    voters: dict[str, list[Told]] = {}
    for one in told:
        voters.setdefault(one.task.code, []).append(one)
    tokens = set()
    for code, browsers in voters.items():
        right = there.rights[urn.code_hash(known.code, poll.slug, urn.read_code(code))]
        token = urn.token_of(known.token, poll.slug, right)
        tokens.add(token)
        wrong += _wrong_of(db, poll, known, there, right, token, browsers)
    found.counts["people who voted"] = len(there.check_ins)
    found.counts["envelopes"] = len(there.envelopes)
    if set(there.envelopes) - tokens:
        wrong.append(f"{len(set(there.envelopes) - tokens)} envelopes of nobody")
    in_urn = {digest for state, digest in there.states.values() if state == urn.IN_URN}
    if in_urn != {digest for digest, _sealed in there.envelopes.values()}:
        wrong.append("the log and the urn do not name the same envelopes")
    verdict = journal.verify(db)
    found.counts["lines of the journal"] = verdict.lines
    if verdict.wrong:
        wrong.append(f"the journal: {verdict.wrong}")
    try:
        service.reconcile(db, poll_id=poll.id, by="system", at=poll.closes_at + timedelta(hours=1))
    except Refusal as no:
        wrong.append(f"closing, step 1: {no.text}")


def _wrong_of(
    db: Session, poll: PollView, known: PollSecrets, there: Urn, right: str, token: str,
    browsers: list[Told],
) -> list[str]:  # fmt: skip
    """What does not hold for one voter; with the platform's key, their ballot is opened."""
    from civic.ballots import queries
    from civic.rules import urn

    if (right in there.check_ins) != (token in there.envelopes):
        return [f"half a deposit: {right}"]
    told = [one for one in browsers if one.receipts]
    if token not in there.envelopes:
        return [f"a receipt was shown and no envelope is there: {right}"] if told else []
    digest, sealed = there.envelopes[token]
    if urn.digest(sealed) != digest:
        return [f"an envelope was changed: {digest}"]
    assert known.private is not None
    form = queries.form_of(poll, queries.items(db, poll.id))
    counted = urn.read(form, urn.unseal(known.private, sealed)).references
    if any(one.problem for one in browsers):
        return []  # said already; the last ballot sent may or may not have arrived
    if counted not in [one.task.ballots[len(one.receipts) - 1] for one in told]:
        return [f"the ballot counted is not the last one deposited: {right}"]
    last = [there.states.get(one.receipts[-1], ("", ""))[0] for one in told]
    if last.count(urn.IN_URN) != 1:
        return [f"of the last receipts of {right}, not one is in the urn: {last}"]
    return []


# --- the command ---------------------------------------------------------------------------------


def main() -> None:
    """Prints what happened on each database, and ends with 1 when a property does not hold."""
    words = argparse.ArgumentParser(prog="python -m tests.bench faults", description=__doc__)
    words.add_argument("--deposits", type=int, default=10_000)
    words.add_argument("--clients", type=int, default=200)
    words.add_argument("--kills", type=int, default=20, help="how many times something is killed")
    words.add_argument("--only", choices=KINDS, help="one database instead of both")
    asked = words.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="civic-faults-"))
    bad = False
    try:
        for kind in [asked.only] if asked.only else KINDS:
            if kind == "postgresql":
                postgresql.ensure_started(folder, durable=True)
            found = run(
                kind, folder, Databases(folder, folder, "faults"), deposits=asked.deposits,
                clients=asked.clients, kills=asked.kills,
            )  # fmt: skip
            bad = bad or bool(found.wrong)
            _show(kind, asked.clients, found)
    finally:
        postgresql.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if bad else 0)


def _show(kind: str, clients: int, found: Found) -> None:
    load = os.getloadavg()[1]
    print(f"\n{kind}: {clients} clients at once, {found.seconds:.0f} s, load {load:.1f}")
    for name, count in sorted(found.counts.items()):
        print(f"  {name:44}{count:>9}")
    print("  everything holds" if not found.wrong else f"  DOES NOT HOLD ({len(found.wrong)}):")
    for one in found.wrong[:20]:
        print(f"    {one}")
    if found.wrong:
        print(f"the end of the site's log:\n{found.log}")
