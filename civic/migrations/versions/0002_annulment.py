"""Votes: annulment, papers taken up again after step 1, bundles set aside, contests that wait for an
address."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from civic.house.db import UtcInstant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BUNDLE: tuple[tuple[str, Any], ...] = (
    ("dropped_why", sa.String(length=500)),
    ("drop_asked_by", sa.String(length=22)),
    ("dropped_by", sa.String(length=22)),
    ("dropped_at", UtcInstant()),
)


def upgrade() -> None:
    op.add_column("poll", sa.Column("unconfirmed_until", UtcInstant(), nullable=True))
    op.add_column("poll", sa.Column("annulled_at", UtcInstant(), nullable=True))
    op.add_column("poll_contest", sa.Column("noted_by", sa.String(length=22), nullable=True))
    for name, kind in BUNDLE:
        op.add_column("paper_batch", sa.Column(name, kind, nullable=True))
    op.create_table(
        "poll_annulment",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("contest", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=22), nullable=False),
        sa.Column("asked_at", UtcInstant(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=22), nullable=True),
        sa.Column("confirmed_at", UtcInstant(), nullable=True),
        sa.Column("log", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=64), nullable=False),
        sa.Column("archive", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published", sa.String(length=64), nullable=False),
        sa.Column("next_poll_id", sa.Integer(), nullable=True),
        sa.Column("told_at", UtcInstant(), nullable=True),
        sa.CheckConstraint(
            "ground IN ('contest', 'authority', 'judge')", name=op.f("ck_poll_annulment_ground")
        ),
        sa.CheckConstraint(
            "(ground = 'contest') = (contest IS NOT NULL)", name=op.f("ck_poll_annulment_contest")
        ),
        sa.CheckConstraint(
            "reason <> '' AND decided_by <> ''", name=op.f("ck_poll_annulment_public")
        ),
        sa.CheckConstraint("confirmed_by <> asked_by", name=op.f("ck_poll_annulment_two_people")),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)"
            " AND (confirmed_at IS NULL OR digest <> '')",
            name=op.f("ck_poll_annulment_confirmed"),
        ),
        sa.CheckConstraint(
            "next_poll_id IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_poll_annulment_next")
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_poll_annulment_poll_id_poll")
        ),
        sa.ForeignKeyConstraint(
            ["next_poll_id"], ["poll.id"], name=op.f("fk_poll_annulment_next_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_poll_annulment")),
        sa.UniqueConstraint("next_poll_id", name=op.f("uq_poll_annulment_next_poll_id")),
    )
    op.create_table(
        "paper_reopening",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_by", sa.String(length=22), nullable=False),
        sa.Column("asked_at", UtcInstant(), nullable=False),
        sa.Column("agreed_by", sa.String(length=22), nullable=True),
        sa.Column("agreed_at", UtcInstant(), nullable=True),
        sa.Column("closed_by", sa.String(length=22), nullable=True),
        sa.Column("closed_at", UtcInstant(), nullable=True),
        sa.Column("former", sa.JSON(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_paper_reopening_reason")),
        sa.CheckConstraint("agreed_by <> asked_by", name=op.f("ck_paper_reopening_two_people")),
        sa.CheckConstraint(
            "(agreed_by IS NULL) = (agreed_at IS NULL)", name=op.f("ck_paper_reopening_agreed")
        ),
        sa.CheckConstraint(
            "closed_at IS NULL OR agreed_at IS NOT NULL", name=op.f("ck_paper_reopening_closed")
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_paper_reopening_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("poll_id", "version", name=op.f("pk_paper_reopening")),
    )
    op.create_table(
        "unconfirmed_contest",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("which", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("filed_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        sa.CheckConstraint(
            "about IN ('check_in', 'place', 'project', 'papers', 'count', 'other')",
            name=op.f("ck_unconfirmed_contest_about"),
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_unconfirmed_contest_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_unconfirmed_contest")),
    )
    op.create_index(op.f("ix_unconfirmed_contest_poll_id"), "unconfirmed_contest", ["poll_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_unconfirmed_contest_poll_id"), table_name="unconfirmed_contest")
    for table in ("unconfirmed_contest", "paper_reopening", "poll_annulment"):
        op.drop_table(table)
    for name, _kind in reversed(BUNDLE):
        op.drop_column("paper_batch", name)
    op.drop_column("poll_contest", "noted_by")
    for column in ("annulled_at", "unconfirmed_until"):
        op.drop_column("poll", column)
