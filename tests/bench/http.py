"""`make bench`: what pages cost, as ratios to a Flask application that says "Hello world".

Each database gets a small town with 200 published proposals and an open vote, made through the
verbs. gunicorn serves it (two workers of four threads, as the demo), and each thing is asked over
eight connections for some seconds, hello-world before and after, in one run on one machine. The
CPU is that of gunicorn's workers, without PostgreSQL's own processes.
"""

from __future__ import annotations

import argparse
import http.client
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode, urljoin

from tests.bench.load import Measured, Shot, fire
from tests.machine import postgresql
from tests.machine.databases import KINDS, Databases
from tests.machine.pages import Page
from tests.machine.server import Site, free_port, serve
from tests.machine.visitor import as_shown, choose

PROPOSALS = 200
VOTERS = 24
CONNECTIONS = 8
WARM_UP = 1.0
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Town:
    """What is asked of a filled site: a proposal, a vote, and letters that open its ballot."""

    proposal: int
    poll: str
    codes: Sequence[str]


def main() -> None:
    """Prints one table a database."""
    words = argparse.ArgumentParser(prog="make bench", description=__doc__)
    words.add_argument("--seconds", type=float, default=5.0, help="how long each thing is asked")
    words.add_argument("--only", choices=KINDS, help="one database instead of both")
    asked = words.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="civic-bench-"))
    try:
        databases = Databases(folder, folder, "bench")
        for kind in [asked.only] if asked.only else KINDS:
            place = folder / kind
            place.mkdir()
            _show(kind, _measure(databases, kind, place, asked.seconds), asked.seconds)
    finally:
        postgresql.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _show(kind: str, found: dict[str, Measured], seconds: float) -> None:
    hello = found["hello-world"]
    load = "wrk" if shutil.which("wrk") else "Python threads"
    print(f"\n{kind}: {CONNECTIONS} connections by {load}, {seconds:g} s each\n")
    print(f"{'':32}{'requests/s':>12}{'to hello':>10}{'CPU ms':>9}{'to hello':>10}")
    for name, one in found.items():
        print(
            f"{name:32}{one.per_second:12.0f}{one.per_second / hello.per_second:10.2f}"
            f"{one.cpu * 1000:9.2f}{one.cpu / hello.cpu:10.1f}"
        )


def _measure(databases: Databases, kind: str, folder: Path, seconds: float) -> dict[str, Measured]:
    url = databases.fresh(kind, folder)
    environ = environ_of(folder, url)
    town = fill(environ)

    def asked(site: Site, *shots: Shot) -> Measured:
        fire(site.port, site.pid, shots, seconds=WARM_UP, connections=CONNECTIONS)
        return fire(site.port, site.pid, shots, seconds=seconds, connections=CONNECTIONS)

    with hello(folder) as site:
        found = {"hello-world": asked(site, Shot("/"))}
    with serve(environ, folder) as site:
        found["front page"] = asked(site, Shot("/"))
        found[f"list of {PROPOSALS} proposals"] = asked(site, Shot("/propositions/"))
        found["one proposal"] = asked(site, Shot(f"/propositions/{town.proposal}"))
        ballots = [sent_again(site, town, code) for code in town.codes]
        found["a ballot deposited"] = asked(site, *ballots)
        for shot in ballots:
            _deposited(_Browser(site).ask(shot.path, shot.body, shot.headers))
    with hello(folder) as site:
        found["hello-world, again"] = asked(site, Shot("/"))
    return found


@contextmanager
def hello(folder: Path) -> Iterator[Site]:
    """The smallest application, served as the site is."""
    environ = {"CIVIC_BASE_URL": f"http://127.0.0.1:{free_port()}", "PATH": "/usr/bin:/bin"}
    with serve(environ, folder, app="tests.bench.hello:app") as site:
        yield site


def environ_of(folder: Path, url: str) -> dict[str, str]:
    """The settings of a site whose files lie in `folder`."""
    from civic.home.commands import environment

    return {
        **environment(folder, port=free_port()),
        "CIVIC_DATABASE_URL": url,
        "CIVIC_DEMO": "non",
        "PATH": "/usr/bin:/bin",
    }


# --- the town ------------------------------------------------------------------------------------


def fill(environ: dict[str, str], *, proposals: int = PROPOSALS) -> Town:
    """Fills an empty, migrated database: the proposals, and a vote that is open now."""
    from civic.accounts import passwords
    from civic.house import db as house
    from civic.house.access import Role
    from civic.house.clock import clock
    from civic.house.settings import Settings
    from civic.proposals import service as ideas
    from civic.proposals.states import THEMES
    from tests import make
    from tests.ballots.make import make_letters, make_poll

    passwords.cheapen()
    settings = Settings.load({name: v for name, v in environ.items() if name.startswith("CIVIC_")})
    engine = house.make_engine(settings.database_url)
    now = clock.now()
    with house.sessions(engine)() as db:
        town = make.town(db, at=now)
        agent = make.staff(db, Role.AGENT, town.unit, at=now).person
        other = make.staff(db, Role.AGENT, town.unit, at=now).person
        places = [town.neighbourhood, town.second_neighbourhood, town.other_neighbourhood]
        number = 0
        for turn in range(proposals):
            number = ideas.file_at_desk(
                db,
                title=f"Une idée pour la rue des Essais, n° {turn}",
                body="Devant l'école, les enfants attendent debout, sans ombre. " * (1 + turn % 5),
                kind="works",
                theme=list(THEMES)[turn % len(THEMES)],
                territory_id=places[turn % 3],
                place_text=f"{turn} rue des Essais",
                channel="desk",
                by=agent,
                at=now - timedelta(hours=turn),
            )
            ideas.publish(db, number=number, by=other, at=now)
        poll = make_poll(
            db,
            settings.vault,
            opens_at=now - timedelta(hours=1),
            closes_at=now + timedelta(days=7),
            scope=[town.unit],
        )
        letters = make_letters(db, poll, settings.vault, VOTERS, now)
    engine.dispose()
    return Town(number, poll.slug, [code for _right, code in letters])


# --- a voter -------------------------------------------------------------------------------------


class _Browser:
    """Keeps cookies and sends forms: what it takes to come to a ballot by the front door."""

    def __init__(self, site: Site) -> None:
        self._port = site.port
        self.cookies: dict[str, str] = {}

    @property
    def headers(self) -> dict[str, str]:
        """What it says of itself."""
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def ask(self, path: str, body: str = "", said: Mapping[str, str] | None = None) -> Page:
        """One request (with the headers `said`, or its own); fails on an answer that refuses."""
        link = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {**self.headers, **(FORM if body else {}), **(said or {})}
        link.request("POST" if body else "GET", path, body or None, headers)
        answer = link.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
        page = Page(path, answer.status, dict(answer.headers), answer.read())
        link.close()
        assert page.status < 400, f"{path}: {page.status} {page.text[:300]}"
        return page

    def form(self, path: str, **fields: str) -> Shot:
        """The sending of the form of a page that has these fields, ready to be repeated."""
        page = self.ask(path)
        form = choose(page, set(fields), "", "")
        values = as_shown(form, "")
        for name, value in fields.items():
            values[name] = value
        target = urljoin(path, form.get("action") or path)
        body = urlencode(list(values.items(multi=True)))
        return Shot(target, "POST", {**self.headers, **FORM}, body)


def sent_again(site: Site, town: Town, code: str) -> Shot:
    """A deposit by a letter's holder: sent again, it replaces their ballot by a new one."""
    browser = _Browser(site)
    entry = browser.form(f"/votes/{town.poll}/entrer", code=code)
    browser.ask(entry.path, entry.body)
    shot = browser.form(f"/votes/{town.poll}/bulletin", choice="P1", act="deposit")
    _deposited(browser.ask(shot.path, shot.body))
    return shot


def _deposited(answer: Page) -> None:
    assert answer.headers.get("Location", "").endswith("/depose"), "the ballot was not deposited"
