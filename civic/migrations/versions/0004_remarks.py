"""Votes: what the commission adds to a procès-verbal after its figures are certified."""

import sqlalchemy as sa
from alembic import op

from civic.house.db import UtcInstant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "poll_remark",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=22), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_poll_remark_text")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_remark_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "number", name=op.f("pk_poll_remark")),
    )


def downgrade() -> None:
    op.drop_table("poll_remark")
