"""Votes: the procès-verbal and the archive are kept once made."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "poll_document",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('record', 'archive')", name=op.f("ck_poll_document_kind")),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_poll_document_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("poll_id", "kind", "language", name=op.f("pk_poll_document")),
    )


def downgrade() -> None:
    op.drop_table("poll_document")
