"""The database: engine, session, column types, and the one way to write.

The rule, for both databases: a verb does all its reading and deciding inside
`with writing(db):`. On SQLite that opens `BEGIN IMMEDIATE`, on PostgreSQL a transaction in which
the row that decides is read `with_for_update()`. Without it, SQLAlchemy's defaults lose updates
silently on both (tests/house/test_writing.py measures it). Every invariant is also a constraint.
"""

from __future__ import annotations

import json
import math
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    ExceptionContext,
    ForeignKey,
    MetaData,
    String,
    Text,
    TypeDecorator,
    create_engine,
    event,
    insert,
)
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InvalidatePoolError,
    OperationalError,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from civic.house.refusal import AlreadyDone, Busy, Unsure

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

LOCK_SECONDS = 20
"""How long a writer waits for the lock before it is told to try again."""


class UtcInstant(TypeDecorator[datetime]):
    """An aware UTC datetime; a naive one is refused on the way in, and never comes out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_token() -> str:
    """A random public identifier: 22 characters, 128 bits, says nothing of how many there are."""
    return secrets.token_urlsafe(16)


IntKey = Annotated[int, mapped_column(primary_key=True)]
TokenKey = Annotated[str, mapped_column(String(22), primary_key=True, default=new_token)]
Instant = Annotated[datetime, mapped_column(UtcInstant)]
Day = Annotated[date, mapped_column(Date)]
Cents = Annotated[int, mapped_column(BigInteger)]
Slug = Annotated[str, mapped_column(String(80), unique=True)]
Code = Annotated[str, mapped_column(String(40))]
Line = Annotated[str, mapped_column(String(200))]
Prose = Annotated[str, mapped_column(Text)]
Data = Annotated[dict[str, Any], mapped_column(JSON)]
DataList = Annotated[list[Any], mapped_column(JSON)]


class Base(DeclarativeBase):
    """Every table of the house. Relationships are `lazy="raise"`: a hidden query is an error."""

    metadata = MetaData(naming_convention=CONVENTION)


def points_to(target: str, *, primary: bool = False, on_delete: str | None = None) -> Any:
    """An indexed foreign key column, to write after `Mapped[...]`."""
    return mapped_column(
        ForeignKey(target, ondelete=on_delete), primary_key=primary, index=not primary
    )


class DoneOnce(Base):
    """The forms that have been carried out, so that a second click does nothing twice.

    Keyed by a digest of the form's random key; no person, no hour. `place` is where the first
    click was sent. A job erases rows after seven days.
    """

    __tablename__ = "done_once"
    __table_args__ = {"sqlite_with_rowid": False}

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[Day]
    place: Mapped[str] = mapped_column(String(500), default="")


# --- engine and sessions ---------------------------------------------------------------------


def make_engine(url: str) -> Engine:
    """An engine whose transactions mean what they say, on SQLite and on PostgreSQL.

    A statement that fails is logged without its values: they may be a voter's, beside an
    envelope's.
    """
    if not url.startswith("sqlite"):
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=8,
            max_overflow=8,
            # A receipt that was shown is on the disk, whatever the server's own setting says
            # (SQLite's synchronous=FULL is the same promise).
            connect_args={
                "options": f"-c lock_timeout={LOCK_SECONDS}s -c timezone=UTC "
                "-c synchronous_commit=on"
            },
        )
        _leave_dead_connections(engine)
        _keep_values_out_of_errors(engine)
        return engine
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=32,
        max_overflow=32,
        pool_timeout=LOCK_SECONDS,
        connect_args={"timeout": LOCK_SECONDS, "check_same_thread": False},
        json_serializer=lambda value: json.dumps(value, ensure_ascii=False),
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"busy_timeout={LOCK_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("civic_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _keep_values_out_of_errors(engine: Engine) -> None:
    """PostgreSQL adds to its errors the row that failed: it would be a voter's, in a log."""

    @event.listens_for(engine, "handle_error")
    def first_line_only(context: ExceptionContext) -> None:
        for wrong in (context.original_exception, context.sqlalchemy_exception):
            if wrong is not None and wrong.args:
                wrong.args = (str(wrong.args[0]).partition("\n")[0], *wrong.args[1:])


IDLE_SECONDS = 1.0
"""After this long without use, a connection is asked whether it still lives before it is used."""


def _leave_dead_connections(engine: Engine) -> None:
    """A server that was restarted costs no visitor an error, and a busy site no question more.

    A connection just used is taken as it is: a request that finds it dead is answered `Busy`, and
    SQLAlchemy then leaves all those made before.
    """

    @event.listens_for(engine, "checkin")
    def used(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("used", math.inf) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as dead:
            raise InvalidatePoolError from dead


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Makes sessions on `engine`; objects stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False, autoflush=True)


_queue = threading.Lock()
"""SQLite lets one writer in and makes the others poll; inside a process they queue instead."""


@contextmanager
def writing(db: Session) -> Iterator[None]:
    """The write transaction of one verb: all or nothing, committed when the block ends.

    What the session had read before is forgotten, so the verb decides on what is true now. If
    the session carries a form's idempotency key (`db.info["once"]`) it is consumed here, and a
    second use raises `AlreadyDone`. Raises `Busy` when the lock can't be had in time or the
    database is away, `Unsure` when it went away during the commit.
    """
    if db.in_transaction() and db.info.get("writing"):
        raise RuntimeError("a verb may not open another verb's transaction")
    _forget_reads(db)
    sqlite = db.get_bind().dialect.name == "sqlite"
    if sqlite and not _queue.acquire(timeout=LOCK_SECONDS):
        raise Busy
    db.info["writing"] = True
    away: type[Busy] = Busy
    try:
        if sqlite:
            db.connection(execution_options={"civic_writes": True})
        _consume(db)
        yield
        db.flush()
        away = Unsure
        db.commit()
    except DBAPIError as wrong:
        db.rollback()
        if _is_lock(wrong):
            raise Busy from wrong
        if is_away(wrong):
            raise away from wrong
        raise
    except BaseException:
        db.rollback()
        raise
    finally:
        db.info["writing"] = False
        if sqlite:
            _queue.release()


@contextmanager
def before_the_act(db: Session) -> Iterator[None]:
    """Writes that come before what a form is for: its idempotency key is left to the verb that
    carries it out, so that a form whose verb then fails may be sent again."""
    once = db.info.pop("once", None)
    try:
        yield
    finally:
        if once is not None:
            db.info["once"] = once


def _forget_reads(db: Session) -> None:
    try:
        db.rollback()
    except DBAPIError as wrong:
        db.invalidate()
        if is_away(wrong):
            raise Busy from wrong
        raise


def let_go(db: Session) -> None:
    """Closes a session, also one whose database went away: what was to be kept has been kept."""
    try:
        db.close()
    except DBAPIError as wrong:
        db.invalidate()
        if not is_away(wrong):
            raise


def _consume(db: Session) -> None:
    once = db.info.pop("once", None)
    if once is None:
        return
    key, day = once
    try:
        with db.begin_nested():
            db.execute(insert(DoneOnce).values(key=key, day=day, place=""))
    except IntegrityError:
        done = db.get(DoneOnce, key)
        raise AlreadyDone(done.place if done else "") from None


def _is_lock(wrong: DBAPIError) -> bool:
    text = str(wrong.orig).lower()
    return isinstance(wrong, OperationalError) and (
        "locked" in text or "lock timeout" in text or "deadlock" in text
    )


def is_away(wrong: DBAPIError) -> bool:
    """Whether the server can't be reached, was stopped, or cut the connection off."""
    from_server = hasattr(wrong.orig, "sqlstate")  # PostgreSQL's; an SQLite file is never away
    return wrong.connection_invalidated or (from_server and isinstance(wrong, OperationalError))


def folder_of(url: str) -> Path | None:
    """The folder that an SQLite address writes in, None for PostgreSQL."""
    return Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite") else None


# --- the schema --------------------------------------------------------------------------------

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def migrate(engine: Engine, revision: str = "head") -> None:
    """Brings the schema to `revision` (up; use `unmigrate` to go down). Safe to repeat."""
    from alembic import command

    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), revision)


def unmigrate(engine: Engine, revision: str) -> None:
    """Takes the schema back to `revision` ("base" for an empty database)."""
    from alembic import command

    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), revision)


def alembic_config(connection: Connection | None = None) -> Any:
    """Alembic's configuration, without an ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
