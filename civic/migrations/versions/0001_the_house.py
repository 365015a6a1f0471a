"""The house: every table of the rooms, and the journal's guards."""

from alembic import op

from civic.house.db import Base
from civic.migrations.guards import append_only, no_longer_append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    Base.metadata.create_all(op.get_bind())
    append_only("journal_entry")


def downgrade() -> None:
    no_longer_append_only("journal_entry")
    Base.metadata.drop_all(op.get_bind())
