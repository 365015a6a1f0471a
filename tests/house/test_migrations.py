"""Migrations give exactly the models' tables, and each step goes up and down."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Engine, inspect, select

from civic.home import commands
from civic.house.db import Base, alembic_config, make_engine, migrate, sessions, unmigrate
from tests.ballots.make import make_counted
from tests.machine.databases import Databases


def test_head_equals_the_models_and_each_step_goes_both_ways(
    kind: str, databases: Databases, tmp_path: Path
) -> None:
    engine = make_engine(databases.fresh(kind, tmp_path, migrated=False))
    steps = [
        step.revision
        for step in reversed(list(ScriptDirectory.from_config(alembic_config()).walk_revisions()))
    ]
    for number, step in enumerate(steps):
        migrate(engine, step)
        unmigrate(engine, steps[number - 1] if number else "base")
        migrate(engine, step)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    unmigrate(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()


def _head(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def test_a_database_that_holds_votes_is_brought_up_to_date_and_loses_nothing(
    kind: str, databases: Databases, tmp_path: Path
) -> None:
    engine = make_engine(databases.fresh(kind, tmp_path))
    with sessions(engine)() as db:
        make_counted(db, tmp_path, ("P1",), ("P2",))

    def rows() -> dict[str, list[str]]:
        with engine.connect() as connection:
            return {
                one.name: sorted(map(repr, connection.execute(select(one))))
                for one in Base.metadata.sorted_tables
            }

    before = rows()
    assert before["poll"]
    unmigrate(engine, "0001")
    migrate(engine)
    assert rows() == {**before, "poll_document": []}  # papers, made again when they are asked for
    engine.dispose()


def test_a_demo_of_an_older_civic_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/civic.db")
    migrate(engine, "0001")
    assert _head(engine) == "0001"
    monkeypatch.setattr(commands, "FOLDER", tmp_path)
    assert CliRunner().invoke(commands.prepare).exit_code == 0
    assert _head(engine) == ScriptDirectory.from_config(alembic_config()).get_current_head()
    engine.dispose()
