"""Migrations give exactly the models' tables, and each step goes up and down."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from civic.house.db import Base, alembic_config, make_engine, migrate, unmigrate
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
