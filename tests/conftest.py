"""What every test may ask for. Fixtures that are about the database run once on each kind.

settings, engine, db, app, client   the site on an empty, migrated database of this test alone
clock                               stops the time, and moves it
outbox                              the mails written; without it a test may write none
count_statements                    counts what the database is asked

`tests/make.py` has the builders. Mark a test `@on_sqlite` or `@on_postgresql` (from
tests.machine.kinds) when it is about one kind only.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import hypothesis
import pytest

from tests.machine import postgresql

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from civic.house.settings import Settings
    from tests.machine.databases import Databases
    from tests.machine.outbox import Outbox
    from tests.machine.statements import CountStatements
    from tests.machine.stopped import StoppedClock
    from tests.machine.visitor import Visitor

# Property tests draw the same examples every time and never measure time: a busy machine fails no
# test. `--hypothesis-profile=search` looks for new examples.
hypothesis.settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "search", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("steady")

RUN_FOLDER = "TESTS_RUN_FOLDER"
"""Environment variable: the folder that the processes of one run of pytest share."""


def pytest_configure(config: pytest.Config) -> None:
    """The first process makes the run's folder; the others find it in the environment."""
    if not hasattr(config, "workerinput"):
        os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="civic-tests-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The first process ends what the run has started, and forgets it."""
    if not hasattr(config, "workerinput"):
        folder = Path(os.environ.pop(RUN_FOLDER))
        postgresql.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Makes databases: `url = databases.fresh("sqlite", tmp_path, migrated=False)`."""
    from tests.machine.databases import Databases

    name = os.environ.get("PYTEST_XDIST_WORKER", "only")
    return Databases(Path(os.environ[RUN_FOLDER]), tmp_path_factory.mktemp("template"), name)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database: each test that touches one runs on both."""
    return cast("str", request.param)


@pytest.fixture
def database_url(kind: str, databases: Databases, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database without a row, for this test alone."""
    url = databases.fresh(kind, tmp_path)
    yield url
    databases.drop(url)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings of a town's site (not of a demo), its folders in `tmp_path`."""
    from civic.house.settings import Settings

    return Settings.load(
        {
            "CIVIC_DATABASE_URL": database_url,
            "CIVIC_SECRET_KEY": "only for tests, and long enough for them",
            "CIVIC_VAULT": str(tmp_path / "vault"),
            "CIVIC_UPLOADS": str(tmp_path / "uploads"),
            "CIVIC_MAIL": f"folder:{tmp_path / 'mails'}",
            "CIVIC_MAIL_FROM": "civic@civic.test",
            "CIVIC_BASE_URL": "https://civic.test",
        }
    )


@pytest.fixture
def engine(database_url: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The engine on this test's database. Fails the test if it wrote mails nobody asked for."""
    from civic.house import db
    from tests.machine.outbox import Outbox

    engine = db.make_engine(database_url)
    try:
        yield engine
        if "outbox" not in request.fixturenames:
            mails = Outbox(engine).all()
            assert not mails, f"mails were written, ask for `outbox`: {[m.subject for m in mails]}"
    finally:
        engine.dispose()


@pytest.fixture
def db(engine: Engine, _quick_passwords: None) -> Iterator[Session]:
    """A session on this test's database, for builders, verbs and questions."""
    from civic.house import db

    with db.sessions(engine)() as session:
        yield session


@pytest.fixture(scope="session")
def _quick_passwords() -> None:
    """Hashing a password takes its time on purpose, but not in tests."""
    from civic.accounts import passwords

    passwords.cheapen()


@pytest.fixture
def app(settings: Settings, engine: Engine, _quick_passwords: None) -> Iterator[Flask]:
    """The application, on this test's database."""
    from civic import create_app
    from tests.machine.visitor import Visitor

    app = create_app(settings)
    app.testing = True
    app.test_client_class = Visitor
    yield app
    app.extensions["civic_engine"].dispose()


@pytest.fixture
def client(app: Flask) -> Visitor:
    """A visitor, not signed in. `app.test_client()` makes another one."""
    return cast("Visitor", app.test_client())


@pytest.fixture
def outbox(engine: Engine) -> Outbox:
    """The mails that were written, in order."""
    from tests.machine.outbox import Outbox

    return Outbox(engine)


@pytest.fixture
def count_statements() -> CountStatements:
    """`with count_statements() as asked: …` then `len(asked)`, or read `asked` itself."""
    from tests.machine.statements import count

    return count


@pytest.fixture
def clock() -> Iterator[StoppedClock]:
    """The house's clock, stopped on a Monday morning of spring; `set` and `move` it."""
    from tests.machine.stopped import StoppedClock

    with contextlib.closing(StoppedClock()) as stopped:
        yield stopped


@pytest.fixture(autouse=True)
def _in_french() -> Iterator[None]:
    """The language of the moment does not leak from one test into the next."""
    yield
    import sys

    i18n = sys.modules.get("civic.house.i18n")
    if i18n is not None:
        i18n.set_locale("fr")


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of the reference data; skips the test when it is not there."""
    folder = Path(
        os.environ.get("CIVIC_REFERENCE_DATA", Path(__file__).parent.parent.parent / "shared/data")
    )
    if not folder.is_dir():
        pytest.skip("no reference data (CIVIC_REFERENCE_DATA)")
    return folder
