"""Alembic's environment: the connection comes from `house.db`, the tables from the rooms."""

from typing import Any, Literal

from alembic import context

from civic.house.db import Base, UtcInstant
from civic.rooms import load_models


def render(kind: str, thing: Any, autogen: Any) -> str | Literal[False]:
    """Writes our own column type by name."""
    if kind == "type" and isinstance(thing, UtcInstant):
        autogen.imports.add("from civic.house.db import UtcInstant")
        return "UtcInstant()"
    return False


load_models()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=render,
    render_as_batch=False,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
