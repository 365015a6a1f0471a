"""The house: every table of the rooms, the journal's guards and its first, empty head."""

import sqlalchemy as sa
from alembic import op

from civic.house.db import UtcInstant
from civic.migrations.guards import append_only, no_longer_append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("window", UtcInstant(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window", name=op.f("pk_attempt")),
    )
    op.create_table(
        "done_once",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_done_once")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "job_run",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("due_at", UtcInstant(), nullable=False),
        sa.Column("ended_at", UtcInstant(), nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_run")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("digest", name=op.f("uq_journal_entry_digest")),
    )
    op.create_index(op.f("ix_journal_entry_target"), "journal_entry", ["target"], unique=False)
    op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_journal_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "outbox_mail",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("to", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("written_at", UtcInstant(), nullable=False),
        sa.Column("due_at", UtcInstant(), nullable=False),
        sa.Column("claimed_until", UtcInstant(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("sent_at", UtcInstant(), nullable=True),
        sa.Column("fleeting", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'claimed', 'handing', 'sent', 'uncertain', 'given_up')",
            name=op.f("ck_outbox_mail_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
    )
    op.create_index("ix_outbox_mail_due", "outbox_mail", ["state", "due_at"], unique=False)
    op.create_table(
        "poll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("is_external", sa.Boolean(), nullable=False),
        sa.Column("opens_at", UtcInstant(), nullable=False),
        sa.Column("closes_at", UtcInstant(), nullable=False),
        sa.Column("ballot_type", sa.String(length=40), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.Column("max_points", sa.Integer(), nullable=True),
        sa.Column("max_sum", sa.Integer(), nullable=True),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("one_group", sa.Boolean(), nullable=False),
        sa.Column("districts", sa.JSON(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("residence", sa.String(length=40), nullable=False),
        sa.Column("phone_share", sa.Integer(), nullable=False),
        sa.Column("born_by", sa.Date(), nullable=True),
        sa.Column("paper", sa.Boolean(), nullable=False),
        sa.Column("key_holder", sa.String(length=40), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=True),
        sa.Column("secret_name", sa.String(length=22), nullable=True),
        sa.Column("rules_digest", sa.String(length=64), nullable=True),
        sa.Column("sealed_at", UtcInstant(), nullable=True),
        sa.Column("counted_at", UtcInstant(), nullable=True),
        sa.Column("contest_days", sa.Integer(), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("withdrawals", sa.Integer(), nullable=False),
        sa.Column("contests_open", sa.Integer(), nullable=False),
        sa.Column("publication", sa.String(length=40), nullable=False),
        sa.CheckConstraint("contest_days BETWEEN 1 AND keep_days", name=op.f("ck_poll_contest")),
        sa.CheckConstraint(
            "publication IN ('auto', 'always', 'never')", name=op.f("ck_poll_publication")
        ),
        sa.CheckConstraint(
            "ballot_type <> 'points' OR (max_points >= 1 AND max_sum >= max_points)",
            name=op.f("ck_poll_points"),
        ),
        sa.CheckConstraint(
            "ballot_type IN ('approval', 'knapsack', 'points', 'ranking', 'graded')",
            name=op.f("ck_poll_ballot_type"),
        ),
        sa.CheckConstraint(
            "ballot_type <> 'graded' OR max_points >= 1", name=op.f("ck_poll_grades")
        ),
        sa.CheckConstraint(
            "key_holder IN ('platform', 'commission')", name=op.f("ck_poll_key_holder")
        ),
        sa.CheckConstraint("kind IN ('budget', 'designation', 'trial')", name=op.f("ck_poll_kind")),
        sa.CheckConstraint(
            "stage = 'configured' OR is_external OR (sealed_at IS NOT NULL AND rules_digest IS NOT NULL AND public_key IS NOT NULL)",
            name=op.f("ck_poll_sealed"),
        ),
        sa.CheckConstraint(
            "stage IN ('configured', 'sealed', 'reconciled', 'severed', 'counted')",
            name=op.f("ck_poll_stage"),
        ),
        sa.CheckConstraint("contests_open >= 0", name=op.f("ck_poll_contests_open")),
        sa.CheckConstraint("residence IN ('declared', 'roll')", name=op.f("ck_poll_residence")),
        sa.CheckConstraint("phone_share BETWEEN 1 AND 5", name=op.f("ck_poll_phone_share")),
        sa.CheckConstraint("minimum BETWEEN 0 AND maximum", name=op.f("ck_poll_bounds")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_poll_dates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
        sa.UniqueConstraint("secret_name", name=op.f("uq_poll_secret_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_poll_slug")),
    )
    op.create_index(op.f("ix_poll_closes_at"), "poll", ["closes_at"], unique=False)
    op.create_index(op.f("ix_poll_opens_at"), "poll", ["opens_at"], unique=False)
    op.create_index(op.f("ix_poll_stage"), "poll", ["stage"], unique=False)
    op.create_table(
        "proposal_counter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_proposal_counter_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_counter")),
    )
    op.create_table(
        "stored_file",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("stored_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "territory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("folded_name", sa.String(length=200), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=14), nullable=True),
        sa.Column("qpv_code", sa.String(length=9), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("outline", sa.JSON(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("is_external", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('agglomeration', 'municipality', 'neighbourhood', 'sector')",
            name=op.f("ck_territory_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_territory_kind_code")),
        sa.UniqueConstraint("qpv_code", name=op.f("uq_territory_qpv_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_territory_slug")),
    )
    op.create_index(op.f("ix_territory_folded_name"), "territory", ["folded_name"], unique=False)
    op.create_index(op.f("ix_territory_kind"), "territory", ["kind"], unique=False)
    op.create_table(
        "ballot_envelope",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_ballot_envelope_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("poll_id", "token", name=op.f("pk_ballot_envelope")),
        sa.UniqueConstraint("poll_id", "digest", name=op.f("uq_ballot_envelope_poll_id_digest")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ballot_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("group", sa.String(length=200), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("pictogram", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("picture", sa.String(length=64), nullable=True),
        sa.Column("picture_alt", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=200), nullable=False),
        sa.Column("recordings", sa.JSON(), nullable=False),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_ballot_item_cost")),
        sa.ForeignKeyConstraint(
            ["picture"], ["stored_file.digest"], name=op.f("fk_ballot_item_picture_stored_file")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_ballot_item_poll_id_poll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_item")),
        sa.UniqueConstraint("poll_id", "position", name=op.f("uq_ballot_item_poll_id_position")),
        sa.UniqueConstraint("poll_id", "reference", name=op.f("uq_ballot_item_poll_id_reference")),
    )
    op.create_index(op.f("ix_ballot_item_poll_id"), "ballot_item", ["poll_id"], unique=False)
    op.create_table(
        "project_withdrawal",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=22), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("log", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("told_at", UtcInstant(), nullable=True),
        sa.CheckConstraint(
            "reason <> '' AND decided_by <> ''", name=op.f("ck_project_withdrawal_public")
        ),
        sa.ForeignKeyConstraint(
            ["poll_id", "reference"],
            ["ballot_item.poll_id", "ballot_item.reference"],
            name="fk_project_withdrawal_item",
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_project_withdrawal_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("poll_id", "number", name=op.f("pk_project_withdrawal")),
        sa.UniqueConstraint(
            "poll_id", "reference", name=op.f("uq_project_withdrawal_poll_id_reference")
        ),
    )
    op.create_index(
        "ix_project_withdrawal_told_at", "project_withdrawal", ["told_at"], unique=False
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_log_checkpoint_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("poll_id", "number", name=op.f("pk_log_checkpoint")),
    )
    op.create_table(
        "logged_digest",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("published", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "state IN ('in_urn', 'replaced', 'withdrawn')", name=op.f("ck_logged_digest_state")
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_logged_digest_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("poll_id", "digest", name=op.f("pk_logged_digest")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "opened_ballot",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_opened_ballot_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("poll_id", "id", name=op.f("pk_opened_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("territory_id", sa.Integer(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('municipality', 'intercommunality', 'service', 'landlord', 'association', 'state')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_organisation_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_organisation_name")),
    )
    op.create_index(op.f("ix_organisation_kind"), "organisation", ["kind"], unique=False)
    op.create_index(op.f("ix_organisation_parent_id"), "organisation", ["parent_id"], unique=False)
    op.create_index(
        op.f("ix_organisation_territory_id"), "organisation", ["territory_id"], unique=False
    )
    op.create_table(
        "paper_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.CheckConstraint("ballots BETWEEN 1 AND 500", name=op.f("ck_paper_batch_ballots")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_paper_batch_poll_id_poll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
        sa.UniqueConstraint("poll_id", "number", name=op.f("uq_paper_batch_poll_id_number")),
    )
    op.create_index(op.f("ix_paper_batch_poll_id"), "paper_batch", ["poll_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("first_names", sa.String(length=200), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("used_name", sa.String(length=200), nullable=False),
        sa.Column("folded_name", sa.String(length=200), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('account', 'member', 'staff', 'proponent', 'voter')",
            name=op.f("ck_person_purpose"),
        ),
        sa.CheckConstraint("sex IN ('F', 'M', '')", name=op.f("ck_person_sex")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["territory.id"], name=op.f("fk_person_municipality_id_territory")
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["territory.id"],
            name=op.f("fk_person_neighbourhood_id_territory"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_email"), "person", ["email"], unique=False)
    op.create_index("ix_person_identity", "person", ["folded_name", "birth_date"], unique=False)
    op.create_index(op.f("ix_person_keep_until"), "person", ["keep_until"], unique=False)
    op.create_index(op.f("ix_person_municipality_id"), "person", ["municipality_id"], unique=False)
    op.create_index(
        op.f("ix_person_neighbourhood_id"), "person", ["neighbourhood_id"], unique=False
    )
    op.create_table(
        "poll_count",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("archive", sa.String(length=64), nullable=True),
        sa.Column("counted_by", sa.String(length=22), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_count_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_poll_count")),
    )
    op.create_table(
        "poll_step",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=22), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "step IN ('sealed', 'reconciled', 'severed', 'counted', 'destroyed')",
            name=op.f("ck_poll_step_step"),
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_step_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "step", name=op.f("pk_poll_step")),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("sentence", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=True),
        sa.Column("place_text", sa.String(length=200), nullable=False),
        sa.Column("place", sa.JSON(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("yearly_cost", sa.BigInteger(), nullable=True),
        sa.Column("is_external", sa.Boolean(), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("kind IN ('works', 'action')", name=op.f("ck_project_kind")),
        sa.CheckConstraint(
            "theme IN ('lumiere', 'banc', 'passage', 'arbre', 'jeux', 'velo', 'proprete', 'eau', 'jardin', 'ombre', 'rue', 'acces', 'sport', 'culture', 'animaux', 'livres', 'autre')",
            name=op.f("ck_project_theme"),
        ),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_project_cost")),
        sa.CheckConstraint("yearly_cost >= 0", name=op.f("ck_project_yearly_cost")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["territory.id"], name=op.f("fk_project_municipality_id_territory")
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["territory.id"],
            name=op.f("fk_project_neighbourhood_id_territory"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
    )
    op.create_index("ix_project_external", "project", ["is_external"], unique=False)
    op.create_index(
        op.f("ix_project_municipality_id"), "project", ["municipality_id"], unique=False
    )
    op.create_index(
        op.f("ix_project_neighbourhood_id"), "project", ["neighbourhood_id"], unique=False
    )
    op.create_table(
        "residence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("folded_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["territory.id"],
            name=op.f("fk_residence_municipality_id_territory"),
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["territory.id"],
            name=op.f("fk_residence_neighbourhood_id_territory"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residence")),
        sa.UniqueConstraint(
            "municipality_id", "folded_name", name=op.f("uq_residence_municipality_id_folded_name")
        ),
    )
    op.create_index(
        op.f("ix_residence_municipality_id"), "residence", ["municipality_id"], unique=False
    )
    op.create_index(
        op.f("ix_residence_neighbourhood_id"), "residence", ["neighbourhood_id"], unique=False
    )
    op.create_table(
        "street",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("folded_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["territory.id"], name=op.f("fk_street_municipality_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street")),
        sa.UniqueConstraint(
            "municipality_id", "folded_name", name=op.f("uq_street_municipality_id_folded_name")
        ),
    )
    op.create_index(op.f("ix_street_municipality_id"), "street", ["municipality_id"], unique=False)
    op.create_table(
        "territory_part",
        sa.Column("whole_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["part_id"], ["territory.id"], name=op.f("fk_territory_part_part_id_territory")
        ),
        sa.ForeignKeyConstraint(
            ["whole_id"], ["territory.id"], name=op.f("fk_territory_part_whole_id_territory")
        ),
        sa.PrimaryKeyConstraint("whole_id", "part_id", name=op.f("pk_territory_part")),
    )
    op.create_table(
        "unmatched_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("folded_address", sa.String(length=200), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_by", sa.String(length=22), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["territory.id"],
            name=op.f("fk_unmatched_address_municipality_id_territory"),
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["territory.id"],
            name=op.f("fk_unmatched_address_neighbourhood_id_territory"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmatched_address")),
        sa.UniqueConstraint(
            "municipality_id",
            "folded_address",
            name=op.f("uq_unmatched_address_municipality_id_folded_address"),
        ),
    )
    op.create_index(
        op.f("ix_unmatched_address_municipality_id"),
        "unmatched_address",
        ["municipality_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_unmatched_address_neighbourhood_id"),
        "unmatched_address",
        ["neighbourhood_id"],
        unique=False,
    )
    op.create_table(
        "urn_export",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("envelopes", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_urn_export_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_urn_export")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("confirmed_at", UtcInstant(), nullable=True),
        sa.Column("last_seen_on", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_account_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("person_id", name=op.f("uq_account_person_id")),
    )
    op.create_table(
        "act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("folded_title", sa.String(length=200), nullable=False),
        sa.Column("subject_code", sa.String(length=6), nullable=False),
        sa.Column("subject_name", sa.String(length=200), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.Column("votes_for", sa.Integer(), nullable=True),
        sa.Column("votes_against", sa.Integer(), nullable=True),
        sa.Column("abstentions", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("prefecture_number", sa.String(length=60), nullable=False),
        sa.Column("prefecture_receipt_on", sa.Date(), nullable=True),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("prepared_by", sa.String(length=22), nullable=False),
        sa.Column("prepared_at", UtcInstant(), nullable=False),
        sa.Column("published_by", sa.String(length=22), nullable=True),
        sa.Column("published_at", UtcInstant(), nullable=True),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("author_quality", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "kind IN ('deliberation', 'executive_decision', 'landlord_decision')",
            name=op.f("ck_act_kind"),
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR (published_by IS NOT NULL AND digest IS NOT NULL AND author_name <> '' AND author_quality <> '')",
            name=op.f("ck_act_published"),
        ),
        sa.CheckConstraint(
            "published_by IS NULL OR published_by <> prepared_by", name=op.f("ck_act_two_people")
        ),
        sa.CheckConstraint(
            "votes_for >= 0 AND votes_against >= 0 AND abstentions >= 0 AND present >= 0",
            name=op.f("ck_act_votes"),
        ),
        sa.ForeignKeyConstraint(["corrects_id"], ["act.id"], name=op.f("fk_act_corrects_id_act")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_act_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_act_organisation_id_number")
        ),
    )
    op.create_index(op.f("ix_act_corrects_id"), "act", ["corrects_id"], unique=False)
    op.create_index(op.f("ix_act_organisation_id"), "act", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_act_published_at"), "act", ["published_at"], unique=False)
    op.create_table(
        "citizen_council",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("folded_name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("presentation", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("host_organisation_id", sa.Integer(), nullable=True),
        sa.Column("designation_mode", sa.String(length=12), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("resident_seats", sa.Integer(), nullable=False),
        sa.Column("resident_substitutes", sa.Integer(), nullable=False),
        sa.Column("local_actor_seats", sa.Integer(), nullable=False),
        sa.Column("local_actor_substitutes", sa.Integer(), nullable=False),
        sa.Column("parity_exception", sa.Text(), nullable=False),
        sa.Column("prefect_order", sa.String(length=200), nullable=False),
        sa.Column("prefect_order_on", sa.Date(), nullable=True),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("installed_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(status = 'dissolved') = (closed_on IS NOT NULL)",
            name=op.f("ck_citizen_council_closed"),
        ),
        sa.CheckConstraint(
            "designation_mode IN ('draw', 'volunteers', 'designated', 'mixed')",
            name=op.f("ck_citizen_council_mode"),
        ),
        sa.CheckConstraint(
            "kind IN ('citizen_council', 'neighbourhood_council', 'neighbourhood_table')",
            name=op.f("ck_citizen_council_kind"),
        ),
        sa.CheckConstraint(
            "status <> 'recognised' OR prefect_order <> ''",
            name=op.f("ck_citizen_council_recognised_by_order"),
        ),
        sa.CheckConstraint(
            "status IN ('project', 'forming', 'proposed', 'recognised', 'installed', 'active', 'renewing', 'dormant', 'dissolved')",
            name=op.f("ck_citizen_council_status"),
        ),
        sa.CheckConstraint(
            "local_actor_seats BETWEEN 0 AND 200", name=op.f("ck_citizen_council_local_actor_seats")
        ),
        sa.CheckConstraint(
            "resident_seats >= local_actor_seats", name=op.f("ck_citizen_council_residents_half")
        ),
        sa.CheckConstraint(
            "resident_seats BETWEEN 1 AND 200", name=op.f("ck_citizen_council_resident_seats")
        ),
        sa.CheckConstraint(
            "resident_substitutes BETWEEN 0 AND 200 AND local_actor_substitutes BETWEEN 0 AND 200",
            name=op.f("ck_citizen_council_substitutes"),
        ),
        sa.CheckConstraint("term_months BETWEEN 6 AND 120", name=op.f("ck_citizen_council_term")),
        sa.ForeignKeyConstraint(
            ["host_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_citizen_council_host_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_citizen_council_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_council")),
        sa.UniqueConstraint("name", name=op.f("uq_citizen_council_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_citizen_council_slug")),
    )
    op.create_index(
        op.f("ix_citizen_council_host_organisation_id"),
        "citizen_council",
        ["host_organisation_id"],
        unique=False,
    )
    op.create_index(op.f("ix_citizen_council_kind"), "citizen_council", ["kind"], unique=False)
    op.create_index(
        op.f("ix_citizen_council_organisation_id"),
        "citizen_council",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(op.f("ix_citizen_council_status"), "citizen_council", ["status"], unique=False)
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("presentation", sa.Text(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("stop_reason", sa.Text(), nullable=False),
        sa.Column("is_external", sa.Boolean(), nullable=False),
        sa.Column("source_note", sa.Text(), nullable=False),
        sa.Column("filing_opens_at", UtcInstant(), nullable=True),
        sa.Column("filing_closes_at", UtcInstant(), nullable=True),
        sa.Column("vote_opens_at", UtcInstant(), nullable=True),
        sa.Column("vote_closes_at", UtcInstant(), nullable=True),
        sa.Column("results_on", sa.Date(), nullable=True),
        sa.Column("adoption_authority", sa.String(length=200), nullable=True),
        sa.Column("adoption_kind", sa.String(length=20), nullable=True),
        sa.Column("adoption_number", sa.String(length=60), nullable=True),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("poll_id", sa.Integer(), nullable=True),
        sa.Column("incompatible", sa.JSON(), nullable=False),
        sa.Column("catalogue_digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", UtcInstant(), nullable=True),
        sa.Column("settled_at", UtcInstant(), nullable=True),
        sa.Column("compared_at", UtcInstant(), nullable=True),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.CheckConstraint(
            "adoption_kind IS NULL OR adoption_kind IN ('deliberation', 'executive_decision', 'landlord_decision')",
            name=op.f("ck_edition_adoption_kind"),
        ),
        sa.CheckConstraint(
            "status IN ('preparation', 'cancelled') OR is_external OR (adoption_authority IS NOT NULL AND adoption_kind IS NOT NULL AND adoption_number IS NOT NULL AND adopted_on IS NOT NULL)",
            name=op.f("ck_edition_adopted"),
        ),
        sa.CheckConstraint(
            "status IN ('preparation', 'filing', 'filing_closed', 'analysis', 'codesign', 'catalogue_frozen', 'voting', 'voting_closed', 'counted', 'provisional', 'deliberated', 'delivery', 'review', 'archived', 'suspended', 'cancelled')",
            name=op.f("ck_edition_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('suspended', 'cancelled') OR stop_reason <> ''",
            name=op.f("ck_edition_stop_reason"),
        ),
        sa.CheckConstraint(
            "(poll_id IS NULL) = (sealed_at IS NULL)", name=op.f("ck_edition_sealed")
        ),
        sa.CheckConstraint(
            "filing_closes_at <= vote_opens_at", name=op.f("ck_edition_vote_after_filing")
        ),
        sa.CheckConstraint("filing_opens_at < filing_closes_at", name=op.f("ck_edition_filing")),
        sa.CheckConstraint("vote_opens_at < vote_closes_at", name=op.f("ck_edition_vote")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_edition_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_edition_poll_id_poll")),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.id"], name=op.f("fk_edition_territory_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("slug", name=op.f("uq_edition_slug")),
    )
    op.create_index(
        op.f("ix_edition_organisation_id"), "edition", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_edition_poll_id"), "edition", ["poll_id"], unique=False)
    op.create_index("ix_edition_status", "edition", ["status", "vote_opens_at"], unique=False)
    op.create_index(op.f("ix_edition_territory_id"), "edition", ["territory_id"], unique=False)
    op.create_table(
        "paper_count",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_count_batch_id_paper_batch")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_paper_count_person_id_person")
        ),
        sa.PrimaryKeyConstraint("batch_id", "person_id", name=op.f("pk_paper_count")),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=True),
        sa.Column("place_text", sa.String(length=200), nullable=False),
        sa.Column("place", sa.JSON(), nullable=True),
        sa.Column("filed_by", sa.String(length=22), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("filed_at", UtcInstant(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("status_since", UtcInstant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("published_at", UtcInstant(), nullable=True),
        sa.Column("hidden_reason", sa.Text(), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('web', 'desk', 'paper', 'walk')", name=op.f("ck_proposal_channel")
        ),
        sa.CheckConstraint("kind IN ('works', 'action')", name=op.f("ck_proposal_kind")),
        sa.CheckConstraint(
            "published_at IS NOT NULL OR status IN ('submitted', 'returned', 'rejected', 'withdrawn')",
            name=op.f("ck_proposal_published"),
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'returned', 'rejected', 'published', 'checking', 'admissible', 'inadmissible', 'assessing', 'feasible', 'feasible_with_reserve', 'not_feasible', 'codesign', 'merged', 'on_ballot', 'laureate', 'not_selected', 'adopted', 'set_aside', 'planned', 'studies', 'works', 'delivered', 'evaluated', 'withdrawn', 'postponed', 'abandoned')",
            name=op.f("ck_proposal_status"),
        ),
        sa.CheckConstraint(
            "theme IN ('lumiere', 'banc', 'passage', 'arbre', 'jeux', 'velo', 'proprete', 'eau', 'jardin', 'ombre', 'rue', 'acces', 'sport', 'culture', 'animaux', 'livres', 'autre')",
            name=op.f("ck_proposal_theme"),
        ),
        sa.ForeignKeyConstraint(
            ["filed_by"], ["person.id"], name=op.f("fk_proposal_filed_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["territory.id"],
            name=op.f("fk_proposal_municipality_id_territory"),
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["territory.id"],
            name=op.f("fk_proposal_neighbourhood_id_territory"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("number", name=op.f("uq_proposal_number")),
    )
    op.create_index(op.f("ix_proposal_due_on"), "proposal", ["due_on"], unique=False)
    op.create_index(op.f("ix_proposal_filed_by"), "proposal", ["filed_by"], unique=False)
    op.create_index(
        op.f("ix_proposal_municipality_id"), "proposal", ["municipality_id"], unique=False
    )
    op.create_index(
        op.f("ix_proposal_neighbourhood_id"), "proposal", ["neighbourhood_id"], unique=False
    )
    op.create_index("ix_proposal_public", "proposal", ["status", "published_at"], unique=False)
    op.create_index(op.f("ix_proposal_theme"), "proposal", ["theme"], unique=False)
    op.create_table(
        "proposal_draft",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=True),
        sa.Column("place_text", sa.String(length=200), nullable=False),
        sa.Column("place", sa.JSON(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("picture_digest", sa.String(length=64), nullable=True),
        sa.Column("picture_alt", sa.String(length=200), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["territory.id"],
            name=op.f("fk_proposal_draft_municipality_id_territory"),
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["territory.id"],
            name=op.f("fk_proposal_draft_neighbourhood_id_territory"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_proposal_draft_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["picture_digest"],
            ["stored_file.digest"],
            name=op.f("fk_proposal_draft_picture_digest_stored_file"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_draft")),
    )
    op.create_index(
        op.f("ix_proposal_draft_changed_on"), "proposal_draft", ["changed_on"], unique=False
    )
    op.create_index(
        op.f("ix_proposal_draft_municipality_id"),
        "proposal_draft",
        ["municipality_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_proposal_draft_neighbourhood_id"),
        "proposal_draft",
        ["neighbourhood_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_proposal_draft_person_id"), "proposal_draft", ["person_id"], unique=False
    )
    op.create_table(
        "role_held",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("given_by", sa.String(length=22), nullable=True),
        sa.CheckConstraint(
            "role IN ('facilitator', 'agent', 'elected', 'vote_commission', 'administrator', 'auditor')",
            name=op.f("ck_role_held_role"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_role_held_dates")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_role_held_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_held_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_held")),
        sa.UniqueConstraint(
            "person_id",
            "role",
            "unit",
            "starts_on",
            name=op.f("uq_role_held_person_id_role_unit_starts_on"),
        ),
    )
    op.create_index(
        op.f("ix_role_held_organisation_id"), "role_held", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_role_held_person_id"), "role_held", ["person_id"], unique=False)
    op.create_index(op.f("ix_role_held_unit"), "role_held", ["unit"], unique=False)
    op.create_table(
        "steering_body",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=True),
        sa.Column("total_seats", sa.Integer(), nullable=False),
        sa.Column("council_seats", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('city_contract', 'technical', 'renewal', 'project', 'proximity', 'project_review', 'residents_fund', 'budget_jury', 'tax_abatement', 'project_house')",
            name=op.f("ck_steering_body_kind"),
        ),
        sa.CheckConstraint("council_seats * 3 <= total_seats", name=op.f("ck_steering_body_third")),
        sa.CheckConstraint("council_seats >= 2", name=op.f("ck_steering_body_pair")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["territory.id"],
            name=op.f("fk_steering_body_neighbourhood_id_territory"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_steering_body_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steering_body")),
        sa.UniqueConstraint("name", name=op.f("uq_steering_body_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_steering_body_slug")),
    )
    op.create_index(
        op.f("ix_steering_body_neighbourhood_id"),
        "steering_body",
        ["neighbourhood_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_steering_body_organisation_id"), "steering_body", ["organisation_id"], unique=False
    )
    op.create_table(
        "street_stretch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("street_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=4), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("side IN ('all', 'odd', 'even')", name=op.f("ck_street_stretch_side")),
        sa.CheckConstraint("first_number <= last_number", name=op.f("ck_street_stretch_order")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["territory.id"],
            name=op.f("fk_street_stretch_neighbourhood_id_territory"),
        ),
        sa.ForeignKeyConstraint(
            ["street_id"],
            ["street.id"],
            name=op.f("fk_street_stretch_street_id_street"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_stretch")),
    )
    op.create_index(
        op.f("ix_street_stretch_neighbourhood_id"),
        "street_stretch",
        ["neighbourhood_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_street_stretch_street_id"), "street_stretch", ["street_id"], unique=False
    )
    op.create_table(
        "urn_rehearsal",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("expected", sa.String(length=64), nullable=False),
        sa.Column("passed_by", sa.String(length=22), nullable=True),
        sa.Column("passed_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["passed_by"], ["person.id"], name=op.f("fk_urn_rehearsal_passed_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_urn_rehearsal_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_urn_rehearsal")),
    )
    op.create_table(
        "urn_opening",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=False),
        sa.Column("list_digest", sa.String(length=64), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_urn_opening_person_id_person")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_urn_opening_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name=op.f("pk_urn_opening")),
    )
    op.create_table(
        "polling_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'group') = (expected IS NOT NULL)", name=op.f("ck_polling_place_expected")
        ),
        sa.CheckConstraint(
            "kind IN ('connected', 'printed', 'group')", name=op.f("ck_polling_place_kind")
        ),
        sa.CheckConstraint("expected BETWEEN 1 AND 500", name=op.f("ck_polling_place_size")),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_polling_place_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polling_place")),
        sa.UniqueConstraint("poll_id", "name", name=op.f("uq_polling_place_poll_id_name")),
    )
    op.create_index(op.f("ix_polling_place_poll_id"), "polling_place", ["poll_id"], unique=False)
    op.create_table(
        "former_count",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contest", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("archive", sa.String(length=64), nullable=True),
        sa.Column("counted_by", sa.String(length=22), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("set_aside_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_former_count_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("poll_id", "version", name=op.f("pk_former_count")),
    )
    op.create_table(
        "poll_contest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("which", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("filed_at", UtcInstant(), nullable=False),
        sa.Column("public_text", sa.Text(), nullable=False),
        sa.Column("withheld", sa.String(length=500), nullable=False),
        sa.Column("moderated_at", UtcInstant(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("remedy", sa.String(length=8), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=22), nullable=True),
        sa.Column("answered_at", UtcInstant(), nullable=True),
        sa.CheckConstraint(
            "about IN ('check_in', 'place', 'project', 'papers', 'count', 'other')",
            name=op.f("ck_poll_contest_about"),
        ),
        sa.CheckConstraint(
            "moderated_at IS NULL OR public_text <> '' OR withheld <> ''",
            name=op.f("ck_poll_contest_moderated"),
        ),
        sa.CheckConstraint("outcome IS NULL OR answer <> ''", name=op.f("ck_poll_contest_reason")),
        sa.CheckConstraint(
            "outcome IS NULL OR moderated_at IS NOT NULL",
            name=op.f("ck_poll_contest_moderated_first"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('upheld', 'partly', 'rejected', 'unexamined')",
            name=op.f("ck_poll_contest_outcome"),
        ),
        sa.CheckConstraint(
            "remedy = 'none' OR outcome IN ('upheld', 'partly')",
            name=op.f("ck_poll_contest_upheld"),
        ),
        sa.CheckConstraint(
            "remedy IN ('none', 'papers', 'recount')", name=op.f("ck_poll_contest_remedy")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_poll_contest_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_poll_contest_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_contest")),
        sa.UniqueConstraint("poll_id", "number", name=op.f("uq_poll_contest_poll_id_number")),
    )
    op.create_index(op.f("ix_poll_contest_person_id"), "poll_contest", ["person_id"], unique=False)
    op.create_index(op.f("ix_poll_contest_poll_id"), "poll_contest", ["poll_id"], unique=False)
    op.create_table(
        "roll_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("unplaced", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=22), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_roll_list_poll_id_poll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_list")),
        sa.UniqueConstraint("poll_id", "number", name=op.f("uq_roll_list_poll_id_number")),
    )
    op.create_index(op.f("ix_roll_list_poll_id"), "roll_list", ["poll_id"], unique=False)
    op.create_table(
        "phone_check",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_phone_check_person_id_person")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_phone_check_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name=op.f("pk_phone_check")),
    )
    op.create_table(
        "place_duty",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_place_duty_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["polling_place.id"], name=op.f("fk_place_duty_place_id_polling_place")
        ),
        sa.PrimaryKeyConstraint("place_id", "person_id", name=op.f("pk_place_duty")),
    )
    op.create_table(
        "place_hours",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("opens_at", UtcInstant(), nullable=False),
        sa.Column("closes_at", UtcInstant(), nullable=False),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_place_hours_order")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["polling_place.id"], name=op.f("fk_place_hours_place_id_polling_place")
        ),
        sa.PrimaryKeyConstraint("place_id", "opens_at", name=op.f("pk_place_hours")),
    )
    op.create_table(
        "place_sheet",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("signatures", sa.Integer(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("blank", sa.Integer(), nullable=False),
        sa.Column("spoilt", sa.Integer(), nullable=False),
        sa.Column("explanation", sa.String(length=500), nullable=False),
        sa.Column("correction", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=22), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.CheckConstraint(
            "ballots = signatures OR explanation <> ''", name=op.f("ck_place_sheet_gap")
        ),
        sa.CheckConstraint(
            "version = 1 OR correction <> ''", name=op.f("ck_place_sheet_correction")
        ),
        sa.CheckConstraint(
            "blank >= 0 AND spoilt >= 0 AND blank + spoilt <= ballots",
            name=op.f("ck_place_sheet_ballots"),
        ),
        sa.CheckConstraint("signatures >= 0", name=op.f("ck_place_sheet_signatures")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["polling_place.id"], name=op.f("fk_place_sheet_place_id_polling_place")
        ),
        sa.PrimaryKeyConstraint("place_id", "version", name=op.f("pk_place_sheet")),
    )
    op.create_table(
        "voting_right",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=True),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("revoked_reason", sa.String(length=500), nullable=True),
        sa.Column("phone", sa.String(length=64), nullable=True),
        sa.Column("phone_slot", sa.Integer(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("place_number", sa.Integer(), nullable=True),
        sa.Column("group", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "level IN ('account', 'sms', 'identity', 'roll', 'letter', 'desk')",
            name=op.f("ck_voting_right_level"),
        ),
        sa.CheckConstraint(
            "(phone IS NULL) = (phone_slot IS NULL)", name=op.f("ck_voting_right_phone")
        ),
        sa.CheckConstraint(
            "(place_id IS NULL) = (place_number IS NULL)", name=op.f("ck_voting_right_place")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["polling_place.id"], name=op.f("fk_voting_right_place_id_polling_place")
        ),
        sa.UniqueConstraint(
            "place_id", "place_number", name=op.f("uq_voting_right_place_id_place_number")
        ),
        sa.UniqueConstraint(
            "poll_id", "phone", "phone_slot", name=op.f("uq_voting_right_poll_id_phone_phone_slot")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_voting_right_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_voting_right_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voting_right")),
        sa.UniqueConstraint("poll_id", "id", name=op.f("uq_voting_right_poll_id_id")),
        sa.UniqueConstraint("poll_id", "identity", name=op.f("uq_voting_right_poll_id_identity")),
        sa.UniqueConstraint("poll_id", "person_id", name=op.f("uq_voting_right_poll_id_person_id")),
    )
    op.create_index(op.f("ix_voting_right_person_id"), "voting_right", ["person_id"], unique=False)
    op.create_index(op.f("ix_voting_right_poll_id"), "voting_right", ["poll_id"], unique=False)
    op.create_table(
        "homonym_case",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=True),
        sa.Column("told", sa.String(length=500), nullable=False),
        sa.Column("opened_by", sa.String(length=22), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("decided_by", sa.String(length=22), nullable=True),
        sa.Column("decided_at", UtcInstant(), nullable=True),
        sa.Column("right_id", sa.String(length=22), nullable=True),
        sa.CheckConstraint(
            "origin IN ('account', 'desk', 'roll')", name=op.f("ck_homonym_case_origin")
        ),
        sa.CheckConstraint(
            "state = 'waiting' OR (reason IS NOT NULL AND decided_by IS NOT NULL)",
            name=op.f("ck_homonym_case_decided"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'same', 'other')", name=op.f("ck_homonym_case_state")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_homonym_case_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["poll_id", "right_id"],
            ["voting_right.poll_id", "voting_right.id"],
            name="fk_homonym_case_right",
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_homonym_case_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_homonym_case")),
        sa.UniqueConstraint("poll_id", "person_id", name=op.f("uq_homonym_case_poll_id_person_id")),
    )
    op.create_index(op.f("ix_homonym_case_person_id"), "homonym_case", ["person_id"], unique=False)
    op.create_index(op.f("ix_homonym_case_poll_id"), "homonym_case", ["poll_id"], unique=False)
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcInstant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("verdict", sa.String(length=24), nullable=True),
        sa.Column("cost_min", sa.BigInteger(), nullable=True),
        sa.Column("cost_max", sa.BigInteger(), nullable=True),
        sa.Column("final_cost", sa.BigInteger(), nullable=True),
        sa.Column("yearly_cost", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=22), nullable=True),
        sa.Column("answered_at", UtcInstant(), nullable=True),
        sa.CheckConstraint(
            "verdict <> 'not_feasible' OR reason <> ''", name=op.f("ck_assessment_reason")
        ),
        sa.CheckConstraint(
            "verdict IS NULL OR verdict IN ('feasible', 'feasible_with_reserve', 'not_feasible')",
            name=op.f("ck_assessment_verdict"),
        ),
        sa.CheckConstraint(
            "(verdict IS NULL) = (answered_at IS NULL)", name=op.f("ck_assessment_answered")
        ),
        sa.CheckConstraint(
            "cost_min >= 0 AND cost_min <= cost_max", name=op.f("ck_assessment_range")
        ),
        sa.CheckConstraint("final_cost >= 0", name=op.f("ck_assessment_final_cost")),
        sa.CheckConstraint("yearly_cost >= 0", name=op.f("ck_assessment_yearly_cost")),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_assessment_answered_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_assessment_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_assessment_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint(
            "proposal_id", "organisation_id", name=op.f("uq_assessment_proposal_id_organisation_id")
        ),
    )
    op.create_index(op.f("ix_assessment_answered_by"), "assessment", ["answered_by"], unique=False)
    op.create_index(
        op.f("ix_assessment_organisation_id"), "assessment", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_assessment_proposal_id"), "assessment", ["proposal_id"], unique=False)
    op.create_table(
        "budget_envelope",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(length=20), nullable=True),
        sa.Column("council_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_budget_envelope_amount")),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["citizen_council.id"],
            name=op.f("fk_budget_envelope_council_id_citizen_council"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["edition.id"],
            name=op.f("fk_budget_envelope_edition_id_edition"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["territory.id"],
            name=op.f("fk_budget_envelope_neighbourhood_id_territory"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_envelope")),
        sa.UniqueConstraint(
            "edition_id", "position", name=op.f("uq_budget_envelope_edition_id_position")
        ),
    )
    op.create_index(
        op.f("ix_budget_envelope_council_id"), "budget_envelope", ["council_id"], unique=False
    )
    op.create_index(
        op.f("ix_budget_envelope_edition_id"), "budget_envelope", ["edition_id"], unique=False
    )
    op.create_index(
        op.f("ix_budget_envelope_neighbourhood_id"),
        "budget_envelope",
        ["neighbourhood_id"],
        unique=False,
    )
    op.create_table(
        "check_in",
        sa.Column("poll_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("right_id", sa.String(length=22), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('account', 'code', 'identity', 'paper')", name=op.f("ck_check_in_channel")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["polling_place.id"], name=op.f("fk_check_in_place_id_polling_place")
        ),
        sa.ForeignKeyConstraint(
            ["poll_id", "right_id"],
            ["voting_right.poll_id", "voting_right.id"],
            name="fk_check_in_right",
        ),
        sa.PrimaryKeyConstraint("poll_id", "right_id", name=op.f("pk_check_in")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "council_municipality",
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["citizen_council.id"],
            name=op.f("fk_council_municipality_council_id_citizen_council"),
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"],
            ["territory.id"],
            name=op.f("fk_council_municipality_territory_id_territory"),
        ),
        sa.PrimaryKeyConstraint("council_id", "territory_id", name=op.f("pk_council_municipality")),
    )
    op.create_table(
        "council_neighbourhood",
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["citizen_council.id"],
            name=op.f("fk_council_neighbourhood_council_id_citizen_council"),
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"],
            ["territory.id"],
            name=op.f("fk_council_neighbourhood_territory_id_territory"),
        ),
        sa.PrimaryKeyConstraint(
            "council_id", "territory_id", name=op.f("pk_council_neighbourhood")
        ),
    )
    op.create_table(
        "council_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("recorded_by", sa.String(length=22), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "status IN ('project', 'forming', 'proposed', 'recognised', 'installed', 'active', 'renewing', 'dormant', 'dissolved')",
            name=op.f("ck_council_step_status"),
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["citizen_council.id"],
            name=op.f("fk_council_step_council_id_citizen_council"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_step")),
    )
    op.create_index(
        op.f("ix_council_step_council_id"), "council_step", ["council_id"], unique=False
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.Column("target_kind", sa.String(length=40), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("outcome = 'follows' OR reason <> ''", name=op.f("ck_decision_reason")),
        sa.CheckConstraint(
            "outcome IN ('follows', 'amends', 'sets_aside', 'postpones')",
            name=op.f("ck_decision_outcome"),
        ),
        sa.CheckConstraint(
            "target_kind IN ('edition_rules', 'edition_result', 'opinion')",
            name=op.f("ck_decision_target_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["act_id"], ["act.id"], name=op.f("fk_decision_act_id_act"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint(
            "act_id",
            "target_kind",
            "target_id",
            name=op.f("uq_decision_act_id_target_kind_target_id"),
        ),
    )
    op.create_index(op.f("ix_decision_act_id"), "decision", ["act_id"], unique=False)
    op.create_index(op.f("ix_decision_target_id"), "decision", ["target_id"], unique=False)
    op.create_table(
        "draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("college", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("reserve_size", sa.Integer(), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=False),
        sa.Column("age_on", sa.Date(), nullable=False),
        sa.Column("one_per_household", sa.Boolean(), nullable=False),
        sa.Column("algorithm", sa.String(length=12), nullable=False),
        sa.Column("created_by", sa.String(length=22), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("lists_until", sa.Date(), nullable=False),
        sa.Column("pool_version", sa.Integer(), nullable=False),
        sa.Column("chance", sa.String(length=8), nullable=False),
        sa.Column("chance_source", sa.String(length=200), nullable=False),
        sa.Column("session_at", UtcInstant(), nullable=True),
        sa.Column("session_place", sa.String(length=200), nullable=False),
        sa.Column("frozen_by", sa.String(length=22), nullable=True),
        sa.Column("asked_at", UtcInstant(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=22), nullable=True),
        sa.Column("frozen_at", UtcInstant(), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("panels", sa.Integer(), nullable=False),
        sa.Column("chances", sa.JSON(), nullable=False),
        sa.Column("lottery", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sealed", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("record", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("record_digest", sa.String(length=64), nullable=True),
        sa.Column("reading", sa.String(length=200), nullable=True),
        sa.Column("drawn_number", sa.Integer(), nullable=True),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.Column("first_reader", sa.String(length=22), nullable=True),
        sa.Column("second_reader", sa.String(length=22), nullable=True),
        sa.Column("drawn_at", UtcInstant(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("completed_at", UtcInstant(), nullable=True),
        sa.Column("lists_erased_at", UtcInstant(), nullable=True),
        sa.Column("cancelled_at", UtcInstant(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("list_sent_at", UtcInstant(), nullable=True),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("whole", sa.JSON(), nullable=False),
        sa.Column("relaxed_by", sa.String(length=22), nullable=True),
        sa.Column("relaxed_reason", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancel_reason IS NOT NULL)", name=op.f("ck_draw_cancelled")
        ),
        sa.CheckConstraint("chance IN ('seed', 'number')", name=op.f("ck_draw_chance")),
        sa.CheckConstraint(
            "college IN ('residents', 'local_actors')", name=op.f("ck_draw_college")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'lists_received', 'lists_checked', 'order_asked', 'order_frozen', 'inviting', 'freeze_asked', 'frozen', 'drawn', 'record_signed', 'letters_sent', 'completed', 'list_sent', 'closed', 'cancelled')",
            name=op.f("ck_draw_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('drawn', 'record_signed', 'letters_sent', 'completed', 'list_sent', 'closed') OR (record_digest IS NOT NULL AND second_reader IS NOT NULL AND drawn_at IS NOT NULL)",
            name=op.f("ck_draw_drawn"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('frozen', 'drawn', 'record_signed', 'letters_sent', 'completed', 'list_sent', 'closed') OR (commitment IS NOT NULL AND confirmed_by IS NOT NULL AND session_at IS NOT NULL)",
            name=op.f("ck_draw_frozen"),
        ),
        sa.CheckConstraint("way IN ('direct', 'invited')", name=op.f("ck_draw_way")),
        sa.CheckConstraint("unit IN ('people', 'addresses')", name=op.f("ck_draw_unit")),
        sa.CheckConstraint(
            "unit = 'people' OR way = 'invited'", name=op.f("ck_draw_addresses_are_invited")
        ),
        sa.CheckConstraint(
            "way = 'invited' OR status NOT IN ('order_asked', 'order_frozen', 'inviting')",
            name=op.f("ck_draw_inviting"),
        ),
        sa.CheckConstraint(
            "(commitment IS NULL) = (frozen_at IS NULL)", name=op.f("ck_draw_commitment")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR (frozen_by IS NOT NULL AND confirmed_by <> frozen_by)",
            name=op.f("ck_draw_two_freeze"),
        ),
        sa.CheckConstraint("minimum_age BETWEEN 0 AND 99", name=op.f("ck_draw_age")),
        sa.CheckConstraint("reserve_size BETWEEN 0 AND 5000", name=op.f("ck_draw_reserve")),
        sa.CheckConstraint("seats BETWEEN 1 AND 500", name=op.f("ck_draw_seats")),
        sa.CheckConstraint(
            "(relaxed_by IS NULL) = (relaxed_reason IS NULL)", name=op.f("ck_draw_relaxed")
        ),
        sa.CheckConstraint(
            "second_reader IS NULL OR (first_reader IS NOT NULL AND second_reader <> first_reader)",
            name=op.f("ck_draw_two_read"),
        ),
        sa.ForeignKeyConstraint(
            ["council_id"], ["citizen_council.id"], name=op.f("fk_draw_council_id_citizen_council")
        ),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["draw.id"], name=op.f("fk_draw_previous_id_draw")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["draw.id"], name=op.f("fk_draw_replaces_id_draw")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("commitment", name=op.f("uq_draw_commitment")),
    )
    op.create_index(op.f("ix_draw_council_id"), "draw", ["council_id"], unique=False)
    op.create_index(op.f("ix_draw_previous_id"), "draw", ["previous_id"], unique=False)
    op.create_index(op.f("ix_draw_replaces_id"), "draw", ["replaces_id"], unique=False)
    op.create_index(op.f("ix_draw_status"), "draw", ["status"], unique=False)
    op.create_index(
        "uq_draw_under_way",
        "draw",
        ["council_id", "college"],
        unique=True,
        sqlite_where=sa.text("status NOT IN ('completed', 'list_sent', 'closed', 'cancelled')"),
        postgresql_where=sa.text("status NOT IN ('completed', 'list_sent', 'closed', 'cancelled')"),
    )
    op.create_table(
        "edition_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("written_at", UtcInstant(), nullable=False),
        sa.Column("sealed_at", UtcInstant(), nullable=True),
        sa.CheckConstraint("version = 1 OR reason <> ''", name=op.f("ck_edition_rules_amendment")),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["edition.id"],
            name=op.f("fk_edition_rules_edition_id_edition"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_rules")),
        sa.UniqueConstraint(
            "edition_id", "version", name=op.f("uq_edition_rules_edition_id_version")
        ),
    )
    op.create_index(
        op.f("ix_edition_rules_edition_id"), "edition_rules", ["edition_id"], unique=False
    )
    op.create_table(
        "house_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("quorum", sa.String(length=8), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcInstant(), nullable=False),
        sa.Column("recorded_by", sa.String(length=22), nullable=False),
        sa.CheckConstraint(
            "quorum IN ('none', 'third', 'half', 'majority')", name=op.f("ck_house_rules_quorum")
        ),
        sa.CheckConstraint("notice_days BETWEEN 0 AND 90", name=op.f("ck_house_rules_notice")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_house_rules_version")),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["citizen_council.id"],
            name=op.f("fk_house_rules_council_id_citizen_council"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_rules")),
        sa.UniqueConstraint(
            "council_id", "version", name=op.f("uq_house_rules_council_id_version")
        ),
    )
    op.create_index(op.f("ix_house_rules_council_id"), "house_rules", ["council_id"], unique=False)
    op.create_table(
        "mail_token",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("account_id", sa.String(length=22), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("offer", sa.JSON(), nullable=True),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        sa.Column("used_at", UtcInstant(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('confirm', 'reset', 'invite')", name=op.f("ck_mail_token_kind")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_mail_token_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_token")),
    )
    op.create_index(op.f("ix_mail_token_account_id"), "mail_token", ["account_id"], unique=False)
    op.create_index(op.f("ix_mail_token_email"), "mail_token", ["email"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("starts_at", UtcInstant(), nullable=False),
        sa.Column("minutes_length", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("open_to_all", sa.Boolean(), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("quorum", sa.String(length=8), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("convened_at", UtcInstant(), nullable=True),
        sa.Column("late_reason", sa.String(length=200), nullable=False),
        sa.Column("cancel_reason", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("minutes_published_at", UtcInstant(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('plenary', 'working_group', 'designation', 'training', 'public')",
            name=op.f("ck_meeting_kind"),
        ),
        sa.CheckConstraint(
            "minutes_published_at IS NULL OR minutes <> ''", name=op.f("ck_meeting_minutes")
        ),
        sa.CheckConstraint(
            "quorum IN ('none', 'third', 'half', 'majority')", name=op.f("ck_meeting_quorum")
        ),
        sa.CheckConstraint(
            "status <> 'cancelled' OR cancel_reason <> ''", name=op.f("ck_meeting_cancelled")
        ),
        sa.CheckConstraint(
            "status <> 'convened' OR convened_at IS NOT NULL", name=op.f("ck_meeting_convened")
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'convened', 'held', 'cancelled')", name=op.f("ck_meeting_status")
        ),
        sa.CheckConstraint("minutes_length BETWEEN 15 AND 720", name=op.f("ck_meeting_length")),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["citizen_council.id"],
            name=op.f("fk_meeting_council_id_citizen_council"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(op.f("ix_meeting_council_id"), "meeting", ["council_id"], unique=False)
    op.create_index(op.f("ix_meeting_starts_at"), "meeting", ["starts_at"], unique=False)
    op.create_table(
        "project_proposal",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.id"],
            name=op.f("fk_project_proposal_project_id_project"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_project_proposal_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("project_id", "proposal_id", name=op.f("pk_project_proposal")),
    )
    op.create_index(
        op.f("ix_project_proposal_proposal_id"), "project_proposal", ["proposal_id"], unique=False
    )
    op.create_table(
        "proponent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=True),
        sa.Column("shown_as", sa.String(length=80), nullable=False),
        sa.Column("is_contact", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_proponent_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proponent_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proponent")),
        sa.UniqueConstraint(
            "proposal_id", "person_id", name=op.f("uq_proponent_proposal_id_person_id")
        ),
    )
    op.create_index(op.f("ix_proponent_person_id"), "proponent", ["person_id"], unique=False)
    op.create_index(op.f("ix_proponent_proposal_id"), "proponent", ["proposal_id"], unique=False)
    op.create_table(
        "proposal_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("status_from", sa.String(length=24), nullable=False),
        sa.Column("status_to", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_role", sa.String(length=10), nullable=False),
        sa.Column("link", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "by_role IN ('resident', 'agent', 'service', 'elected', 'vote', 'system')",
            name=op.f("ck_proposal_event_by_role"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_event_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_event")),
    )
    op.create_index(
        op.f("ix_proposal_event_proposal_id"), "proposal_event", ["proposal_id"], unique=False
    )
    op.create_table(
        "proposal_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("alt", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["digest"], ["stored_file.digest"], name=op.f("fk_proposal_picture_digest_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_picture_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_picture")),
        sa.UniqueConstraint(
            "proposal_id", "digest", name=op.f("uq_proposal_picture_proposal_id_digest")
        ),
    )
    op.create_index(
        op.f("ix_proposal_picture_digest"), "proposal_picture", ["digest"], unique=False
    )
    op.create_index(
        op.f("ix_proposal_picture_proposal_id"), "proposal_picture", ["proposal_id"], unique=False
    )
    op.create_table(
        "seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("college", sa.String(length=12), nullable=False),
        sa.Column("rank", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "college IN ('residents', 'local_actors')", name=op.f("ck_seat_college")
        ),
        sa.CheckConstraint("rank IN ('titular', 'substitute')", name=op.f("ck_seat_rank")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_seat_number")),
        sa.ForeignKeyConstraint(
            ["council_id"], ["citizen_council.id"], name=op.f("fk_seat_council_id_citizen_council")
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["territory.id"], name=op.f("fk_seat_neighbourhood_id_territory")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint(
            "council_id",
            "college",
            "rank",
            "number",
            name=op.f("uq_seat_council_id_college_rank_number"),
        ),
        sa.UniqueConstraint("id", "council_id", name=op.f("uq_seat_id_council_id")),
    )
    op.create_index(op.f("ix_seat_council_id"), "seat", ["council_id"], unique=False)
    op.create_index(op.f("ix_seat_neighbourhood_id"), "seat", ["neighbourhood_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=22), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("started_at", UtcInstant(), nullable=False),
        sa.Column("ends_at", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_sign_in_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
    )
    op.create_index(op.f("ix_sign_in_account_id"), "sign_in", ["account_id"], unique=False)
    op.create_table(
        "voting_code",
        sa.Column("keyed_hash", sa.String(length=64), nullable=False),
        sa.Column("right_id", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["right_id"], ["voting_right.id"], name=op.f("fk_voting_code_right_id_voting_right")
        ),
        sa.PrimaryKeyConstraint("keyed_hash", name=op.f("pk_voting_code")),
        sa.UniqueConstraint("right_id", name=op.f("uq_voting_code_right_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draw_preparation",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=22), nullable=False),
        sa.Column("confirmed_at", UtcInstant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(length=22), nullable=True),
        sa.Column("started_at", UtcInstant(), nullable=True),
        sa.Column("beat_at", UtcInstant(), nullable=True),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("share BETWEEN 0 AND 100", name=op.f("ck_draw_preparation_share")),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw.id"], name=op.f("fk_draw_preparation_draw_id_draw")
        ),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_preparation")),
    )
    op.create_table(
        "invitation_order",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=22), nullable=False),
        sa.Column("asked_at", UtcInstant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("chance", sa.String(length=8), nullable=False),
        sa.Column("chance_source", sa.String(length=200), nullable=False),
        sa.Column("chance_at", UtcInstant(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("confirmed_by", sa.String(length=22), nullable=True),
        sa.Column("frozen_at", UtcInstant(), nullable=True),
        sa.Column("commitment", sa.String(length=64), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("published", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sealed", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("seed", sa.String(length=200), nullable=True),
        sa.Column("first_reader", sa.String(length=22), nullable=True),
        sa.Column("second_reader", sa.String(length=22), nullable=True),
        sa.Column("drawn_at", UtcInstant(), nullable=True),
        sa.CheckConstraint("chance IN ('seed', 'number')", name=op.f("ck_invitation_order_chance")),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> asked_by",
            name=op.f("ck_invitation_order_two_freeze"),
        ),
        sa.CheckConstraint(
            "second_reader IS NULL OR (first_reader IS NOT NULL AND second_reader <> first_reader)",
            name=op.f("ck_invitation_order_two_read"),
        ),
        sa.CheckConstraint(
            "(commitment IS NULL) = (confirmed_by IS NULL) AND (commitment IS NULL) = (published IS NULL)",
            name=op.f("ck_invitation_order_commitment"),
        ),
        sa.CheckConstraint(
            "(seed IS NULL) = (second_reader IS NULL)", name=op.f("ck_invitation_order_seed")
        ),
        sa.CheckConstraint(
            "seed IS NULL OR commitment IS NOT NULL", name=op.f("ck_invitation_order_seed_after")
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw.id"], name=op.f("fk_invitation_order_draw_id_draw")
        ),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_invitation_order")),
        sa.UniqueConstraint("commitment", name=op.f("uq_invitation_order_commitment")),
    )
    op.create_table(
        "invitation_wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("aim", sa.Integer(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=22), nullable=False),
        sa.Column("made_at", UtcInstant(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "number >= 1 AND aim >= 1 AND invited >= 1", name=op.f("ck_invitation_wave_counts")
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw.id"], name=op.f("fk_invitation_wave_draw_id_draw")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_wave")),
        sa.UniqueConstraint("draw_id", "number", name=op.f("uq_invitation_wave_draw_id_number")),
    )
    op.create_index(
        op.f("ix_invitation_wave_draw_id"), "invitation_wave", ["draw_id"], unique=False
    )
    op.create_table(
        "chance_reading",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.CheckConstraint("stage IN ('order', 'panel')", name=op.f("ck_chance_reading_stage")),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw.id"], name=op.f("fk_chance_reading_draw_id_draw")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_chance_reading_person_id_person")
        ),
        sa.PrimaryKeyConstraint("draw_id", "stage", "person_id", name=op.f("pk_chance_reading")),
    )
    op.create_table(
        "designation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("candidates_until", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.String(length=22), nullable=False),
        sa.Column("opened_at", UtcInstant(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(length=12), nullable=True),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.Column("needed", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("decided_at", UtcInstant(), nullable=True),
        sa.Column("decided_by", sa.String(length=22), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "method IS NULL OR method IN ('consensus', 'vote', 'lot')",
            name=op.f("ck_designation_method"),
        ),
        sa.CheckConstraint(
            "status <> 'in_office' OR (method IS NOT NULL AND meeting_id IS NOT NULL AND minutes <> '' AND present >= needed)",
            name=op.f("ck_designation_decided"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'calling', 'convened', 'in_office', 'closed')",
            name=op.f("ck_designation_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('open', 'calling', 'convened') OR method IS NULL",
            name=op.f("ck_designation_undecided"),
        ),
        sa.CheckConstraint("term_months BETWEEN 3 AND 72", name=op.f("ck_designation_term")),
        sa.ForeignKeyConstraint(
            ["body_id"], ["steering_body.id"], name=op.f("fk_designation_body_id_steering_body")
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["citizen_council.id"],
            name=op.f("fk_designation_council_id_citizen_council"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_designation_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designation")),
    )
    op.create_index(op.f("ix_designation_body_id"), "designation", ["body_id"], unique=False)
    op.create_index(op.f("ix_designation_council_id"), "designation", ["council_id"], unique=False)
    op.create_index(op.f("ix_designation_meeting_id"), "designation", ["meeting_id"], unique=False)
    op.create_index(
        "uq_designation_under_way",
        "designation",
        ["body_id", "council_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('open', 'calling', 'convened')"),
        postgresql_where=sa.text("status IN ('open', 'calling', 'convened')"),
    )
    op.create_table(
        "draw_criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("feature", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "minimum >= 0 AND minimum <= maximum", name=op.f("ck_draw_criterion_bounds")
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw.id"], name=op.f("fk_draw_criterion_draw_id_draw")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_criterion")),
        sa.UniqueConstraint(
            "draw_id", "feature", "value", name=op.f("uq_draw_criterion_draw_id_feature_value")
        ),
    )
    op.create_index(op.f("ix_draw_criterion_draw_id"), "draw_criterion", ["draw_id"], unique=False)
    op.create_table(
        "edition_project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("envelope_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=True),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("elected", sa.Boolean(), nullable=True),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("outcome_reason", sa.Text(), nullable=False),
        sa.Column("outcome_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('laureate', 'not_selected', 'withdrawn', 'adopted', 'set_aside', 'postponed', 'delivered', 'abandoned')",
            name=op.f("ck_edition_project_outcome"),
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'on_ballot', 'withdrawn')",
            name=op.f("ck_edition_project_status"),
        ),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_edition_project_cost")),
        sa.CheckConstraint("votes >= 0", name=op.f("ck_edition_project_votes")),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["edition.id"],
            name=op.f("fk_edition_project_edition_id_edition"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["envelope_id"],
            ["budget_envelope.id"],
            name=op.f("fk_edition_project_envelope_id_budget_envelope"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_edition_project_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_project")),
        sa.UniqueConstraint(
            "edition_id", "project_id", name=op.f("uq_edition_project_edition_id_project_id")
        ),
        sa.UniqueConstraint(
            "edition_id", "reference", name=op.f("uq_edition_project_edition_id_reference")
        ),
    )
    op.create_index(
        op.f("ix_edition_project_edition_id"), "edition_project", ["edition_id"], unique=False
    )
    op.create_index(
        op.f("ix_edition_project_envelope_id"), "edition_project", ["envelope_id"], unique=False
    )
    op.create_index(
        op.f("ix_edition_project_project_id"), "edition_project", ["project_id"], unique=False
    )
    op.create_table(
        "recount_file",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("envelope_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"],
            ["poll_count.poll_id"],
            name=op.f("fk_recount_file_poll_id_poll_count"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("poll_id", "envelope_id", name=op.f("pk_recount_file")),
    )
    op.create_table(
        "edition_recording",
        sa.Column("edition_project_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["digest"], ["stored_file.digest"], name=op.f("fk_edition_recording_digest_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["edition_project_id"],
            ["edition_project.id"],
            name=op.f("fk_edition_recording_edition_project_id_edition_project"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "edition_project_id", "language", name=op.f("pk_edition_recording")
        ),
    )
    op.create_index(
        op.f("ix_edition_recording_digest"), "edition_recording", ["digest"], unique=False
    )
    op.create_table(
        "envelope_funding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("envelope_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_envelope_funding_amount")),
        sa.ForeignKeyConstraint(
            ["envelope_id"],
            ["budget_envelope.id"],
            name=op.f("fk_envelope_funding_envelope_id_budget_envelope"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_envelope_funding_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope_funding")),
        sa.UniqueConstraint(
            "envelope_id",
            "organisation_id",
            "label",
            name=op.f("uq_envelope_funding_envelope_id_organisation_id_label"),
        ),
    )
    op.create_index(
        op.f("ix_envelope_funding_envelope_id"), "envelope_funding", ["envelope_id"], unique=False
    )
    op.create_index(
        op.f("ix_envelope_funding_organisation_id"),
        "envelope_funding",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "list_draft",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("convention", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("sent_by", sa.String(length=22), nullable=False),
        sa.Column("sent_at", UtcInstant(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('electoral', 'landlord', 'volunteers', 'other', 'dwellings')",
            name=op.f("ck_list_draft_kind"),
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_list_draft_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["territory.id"],
            name=op.f("fk_list_draft_municipality_id_territory"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_draft")),
    )
    op.create_index(op.f("ix_list_draft_draw_id"), "list_draft", ["draw_id"], unique=False)
    op.create_index(
        op.f("ix_list_draft_municipality_id"), "list_draft", ["municipality_id"], unique=False
    )
    op.create_table(
        "mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("prepared_at", UtcInstant(), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("name_shown", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=16), nullable=True),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(status = 'ended') = (ended_on IS NOT NULL AND end_reason IS NOT NULL)",
            name=op.f("ck_mandate_ended"),
        ),
        sa.CheckConstraint(
            "end_reason IS NULL OR end_reason IN ('term', 'resignation', 'moved', 'absences', 'death', 'exclusion', 'incompatibility', 'declined', 'called', 'council_closed')",
            name=op.f("ck_mandate_end_reason"),
        ),
        sa.CheckConstraint(
            "origin IN ('draw', 'volunteer', 'designated')", name=op.f("ck_mandate_origin")
        ),
        sa.CheckConstraint(
            "status IN ('approached', 'accepted', 'running', 'suspended', 'ended')",
            name=op.f("ck_mandate_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('running', 'suspended') OR (starts_on IS NOT NULL AND ends_on IS NOT NULL)",
            name=op.f("ck_mandate_dated"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_mandate_dates")
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["citizen_council.id"],
            name=op.f("fk_mandate_council_id_citizen_council"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mandate_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id", "council_id"],
            ["seat.id", "seat.council_id"],
            name=op.f("fk_mandate_seat_id_council_id_seat"),
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_mandate_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    op.create_index(op.f("ix_mandate_council_id"), "mandate", ["council_id"], unique=False)
    op.create_index(op.f("ix_mandate_draw_id"), "mandate", ["draw_id"], unique=False)
    op.create_index(op.f("ix_mandate_person_id"), "mandate", ["person_id"], unique=False)
    op.create_index(op.f("ix_mandate_seat_id"), "mandate", ["seat_id"], unique=False)
    op.create_index(
        "uq_mandate_person_coming",
        "mandate",
        ["council_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('approached', 'accepted')"),
        postgresql_where=sa.text("status IN ('approached', 'accepted')"),
    )
    op.create_index(
        "uq_mandate_person_in_office",
        "mandate",
        ["council_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('running', 'suspended')"),
        postgresql_where=sa.text("status IN ('running', 'suspended')"),
    )
    op.create_index(
        "uq_mandate_seat_coming",
        "mandate",
        ["seat_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('approached', 'accepted')"),
        postgresql_where=sa.text("status IN ('approached', 'accepted')"),
    )
    op.create_index(
        "uq_mandate_seat_in_office",
        "mandate",
        ["seat_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('running', 'suspended')"),
        postgresql_where=sa.text("status IN ('running', 'suspended')"),
    )
    op.create_table(
        "meeting_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "address LIKE 'http://%' OR address LIKE 'https://%'",
            name=op.f("ck_meeting_document_address"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_document_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_document")),
        sa.UniqueConstraint(
            "meeting_id", "address", name=op.f("uq_meeting_document_meeting_id_address")
        ),
    )
    op.create_index(
        op.f("ix_meeting_document_meeting_id"), "meeting_document", ["meeting_id"], unique=False
    )
    op.create_table(
        "opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("addressee_id", sa.Integer(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("reply_due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcInstant(), nullable=False),
        sa.Column("recorded_by", sa.String(length=22), nullable=False),
        sa.CheckConstraint(
            "answered_on IS NULL OR answered_on >= given_on", name=op.f("ck_opinion_answered")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_opinion_number")),
        sa.CheckConstraint("reply_due_on >= given_on", name=op.f("ck_opinion_due")),
        sa.ForeignKeyConstraint(
            ["addressee_id"], ["organisation.id"], name=op.f("fk_opinion_addressee_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["citizen_council.id"],
            name=op.f("fk_opinion_council_id_citizen_council"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_opinion_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
        sa.UniqueConstraint("council_id", "number", name=op.f("uq_opinion_council_id_number")),
    )
    op.create_index(op.f("ix_opinion_addressee_id"), "opinion", ["addressee_id"], unique=False)
    op.create_index(op.f("ix_opinion_council_id"), "opinion", ["council_id"], unique=False)
    op.create_index(op.f("ix_opinion_meeting_id"), "opinion", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_opinion_reply_due_on"), "opinion", ["reply_due_on"], unique=False)
    op.create_table(
        "source_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("convention", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("encoding", sa.String(length=20), nullable=False),
        sa.Column("separator", sa.String(length=1), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("loaded_by", sa.String(length=22), nullable=False),
        sa.Column("loaded_at", UtcInstant(), nullable=False),
        sa.Column("erased_at", UtcInstant(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('electoral', 'landlord', 'volunteers', 'other', 'dwellings')",
            name=op.f("ck_source_list_kind"),
        ),
        sa.CheckConstraint(
            "kind = 'dwellings' OR lines = people + refused", name=op.f("ck_source_list_counts")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_source_list_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["territory.id"],
            name=op.f("fk_source_list_municipality_id_territory"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_list")),
        sa.UniqueConstraint("draw_id", "digest", name=op.f("uq_source_list_draw_id_digest")),
        sa.UniqueConstraint("draw_id", "label", name=op.f("uq_source_list_draw_id_label")),
    )
    op.create_index(op.f("ix_source_list_draw_id"), "source_list", ["draw_id"], unique=False)
    op.create_index(
        op.f("ix_source_list_municipality_id"), "source_list", ["municipality_id"], unique=False
    )
    op.create_table(
        "candidacy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("designation_id", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UtcInstant(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["designation_id"],
            ["designation.id"],
            name=op.f("fk_candidacy_designation_id_designation"),
        ),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["mandate.id"], name=op.f("fk_candidacy_mandate_id_mandate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidacy")),
        sa.UniqueConstraint(
            "designation_id", "mandate_id", name=op.f("uq_candidacy_designation_id_mandate_id")
        ),
    )
    op.create_index(
        op.f("ix_candidacy_designation_id"), "candidacy", ["designation_id"], unique=False
    )
    op.create_index(op.f("ix_candidacy_mandate_id"), "candidacy", ["mandate_id"], unique=False)
    op.create_table(
        "decision_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("edition_project_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('adopted', 'set_aside', 'postponed')",
            name=op.f("ck_decision_item_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
            name=op.f("fk_decision_item_decision_id_decision"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["edition_project_id"],
            ["edition_project.id"],
            name=op.f("fk_decision_item_edition_project_id_edition_project"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_item")),
        sa.UniqueConstraint(
            "decision_id",
            "edition_project_id",
            name=op.f("uq_decision_item_decision_id_edition_project_id"),
        ),
    )
    op.create_index(
        op.f("ix_decision_item_decision_id"), "decision_item", ["decision_id"], unique=False
    )
    op.create_index(
        op.f("ix_decision_item_edition_project_id"),
        "decision_item",
        ["edition_project_id"],
        unique=False,
    )
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_project_id", sa.Integer(), nullable=False),
        sa.Column("milestone", sa.String(length=40), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(length=22), nullable=False),
        sa.Column("written_at", UtcInstant(), nullable=False),
        sa.CheckConstraint(
            "milestone IN ('funds', 'contract', 'works', 'acceptance', 'review')",
            name=op.f("ck_follow_up_milestone"),
        ),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_follow_up_cost")),
        sa.CheckConstraint(
            "planned_on IS NOT NULL OR done_on IS NOT NULL", name=op.f("ck_follow_up_dated")
        ),
        sa.ForeignKeyConstraint(
            ["edition_project_id"],
            ["edition_project.id"],
            name=op.f("fk_follow_up_edition_project_id_edition_project"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint(
            "edition_project_id",
            "milestone",
            name=op.f("uq_follow_up_edition_project_id_milestone"),
        ),
    )
    op.create_index(
        op.f("ix_follow_up_edition_project_id"), "follow_up", ["edition_project_id"], unique=False
    )
    op.create_table(
        "pool_entry",
        sa.Column("token", sa.String(length=22), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("used_name", sa.String(length=200), nullable=False),
        sa.Column("first_names", sa.String(length=200), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("precision", sa.String(length=4), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("complement", sa.String(length=401), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("dwelling", sa.String(length=200), nullable=False),
        sa.Column("postal_code", sa.String(length=200), nullable=False),
        sa.Column("city", sa.String(length=200), nullable=False),
        sa.Column("list_type", sa.String(length=3), nullable=False),
        sa.Column("household", sa.String(length=1200), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=True),
        sa.Column("settled_outside", sa.Boolean(), nullable=False),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("double_of", sa.String(length=22), nullable=True),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.String(length=22), nullable=True),
        sa.CheckConstraint(
            "(precision = '') = (birth_date IS NULL)", name=op.f("ck_pool_entry_birth")
        ),
        sa.CheckConstraint(
            "decision IN ('', 'same', 'different', 'out')", name=op.f("ck_pool_entry_decision")
        ),
        sa.CheckConstraint(
            "precision IN ('day', 'year', '')", name=op.f("ck_pool_entry_precision")
        ),
        sa.CheckConstraint(
            "reason IN ('', 'member', 'elected', 'agent', 'left', 'named_like', 'by_hand')",
            name=op.f("ck_pool_entry_reason"),
        ),
        sa.CheckConstraint("sex IN ('F', 'M', '')", name=op.f("ck_pool_entry_sex")),
        sa.CheckConstraint(
            "status IN ('kept', 'duplicate', 'homonym', 'unmatched', 'outside', 'underage', 'excluded')",
            name=op.f("ck_pool_entry_status"),
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_pool_entry_draw_id_draw")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["source_list.id"], name=op.f("fk_pool_entry_list_id_source_list")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["territory.id"],
            name=op.f("fk_pool_entry_municipality_id_territory"),
        ),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["territory.id"],
            name=op.f("fk_pool_entry_neighbourhood_id_territory"),
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_pool_entry")),
        sa.UniqueConstraint("token", "draw_id", name=op.f("uq_pool_entry_token_draw_id")),
    )
    op.create_index("ix_pool_entry_draw", "pool_entry", ["draw_id", "status"], unique=False)
    op.create_index(op.f("ix_pool_entry_draw_id"), "pool_entry", ["draw_id"], unique=False)
    op.create_index(op.f("ix_pool_entry_list_id"), "pool_entry", ["list_id"], unique=False)
    op.create_index(
        op.f("ix_pool_entry_municipality_id"), "pool_entry", ["municipality_id"], unique=False
    )
    op.create_index(
        op.f("ix_pool_entry_neighbourhood_id"), "pool_entry", ["neighbourhood_id"], unique=False
    )
    op.create_table(
        "presence",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("presence", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "presence IN ('present', 'excused', 'absent')", name=op.f("ck_presence_presence")
        ),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["mandate.id"], name=op.f("fk_presence_mandate_id_mandate")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_presence_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "mandate_id", name=op.f("pk_presence")),
    )
    op.create_table(
        "referent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("designation_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("college", sa.String(length=12), nullable=False),
        sa.Column("rank", sa.String(length=10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=16), nullable=True),
        sa.CheckConstraint(
            "college IN ('residents', 'local_actors')", name=op.f("ck_referent_college")
        ),
        sa.CheckConstraint(
            "end_reason IS NULL OR end_reason IN ('term', 'resignation', 'mandate_lost', 'absences', 'called', 'renewed', 'body_closed')",
            name=op.f("ck_referent_end_reason"),
        ),
        sa.CheckConstraint("rank IN ('titular', 'substitute')", name=op.f("ck_referent_rank")),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (end_reason IS NULL)", name=op.f("ck_referent_ended")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_referent_dates")),
        sa.ForeignKeyConstraint(
            ["body_id"], ["steering_body.id"], name=op.f("fk_referent_body_id_steering_body")
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["citizen_council.id"],
            name=op.f("fk_referent_council_id_citizen_council"),
        ),
        sa.ForeignKeyConstraint(
            ["designation_id"],
            ["designation.id"],
            name=op.f("fk_referent_designation_id_designation"),
        ),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["mandate.id"], name=op.f("fk_referent_mandate_id_mandate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referent")),
    )
    op.create_index(op.f("ix_referent_body_id"), "referent", ["body_id"], unique=False)
    op.create_index(op.f("ix_referent_council_id"), "referent", ["council_id"], unique=False)
    op.create_index(
        op.f("ix_referent_designation_id"), "referent", ["designation_id"], unique=False
    )
    op.create_index(op.f("ix_referent_mandate_id"), "referent", ["mandate_id"], unique=False)
    op.create_index(
        "uq_referent_member",
        "referent",
        ["body_id", "mandate_id"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_index(
        "uq_referent_seat",
        "referent",
        ["body_id", "council_id", "college", "rank"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "vacancy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("filled_by", sa.Integer(), nullable=True),
        sa.Column("filled_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('term', 'resignation', 'moved', 'absences', 'death', 'exclusion', 'incompatibility', 'declined', 'called', 'council_closed')",
            name=op.f("ck_vacancy_reason"),
        ),
        sa.CheckConstraint(
            "(filled_by IS NULL) = (filled_on IS NULL)", name=op.f("ck_vacancy_filled")
        ),
        sa.ForeignKeyConstraint(
            ["council_id"],
            ["citizen_council.id"],
            name=op.f("fk_vacancy_council_id_citizen_council"),
        ),
        sa.ForeignKeyConstraint(
            ["filled_by"], ["mandate.id"], name=op.f("fk_vacancy_filled_by_mandate")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["mandate.id"], name=op.f("fk_vacancy_opened_by_mandate")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_vacancy_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vacancy")),
    )
    op.create_index(op.f("ix_vacancy_council_id"), "vacancy", ["council_id"], unique=False)
    op.create_index(op.f("ix_vacancy_filled_by"), "vacancy", ["filled_by"], unique=False)
    op.create_index(op.f("ix_vacancy_opened_by"), "vacancy", ["opened_by"], unique=False)
    op.create_index(op.f("ix_vacancy_seat_id"), "vacancy", ["seat_id"], unique=False)
    op.create_index(
        "uq_vacancy_open",
        "vacancy",
        ["seat_id"],
        unique=True,
        sqlite_where=sa.text("filled_by IS NULL"),
        postgresql_where=sa.text("filled_by IS NULL"),
    )
    op.create_table(
        "drawn_person",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(length=22), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=8), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("called_at", UtcInstant(), nullable=True),
        sa.Column("replaces", sa.String(length=22), nullable=True),
        sa.Column("breach_accepted_by", sa.String(length=22), nullable=True),
        sa.Column("breach_reason", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("shows_name", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(answer = 'accepted' AND place <> 'invited') = (person_id IS NOT NULL)",
            name=op.f("ck_drawn_person_accepted"),
        ),
        sa.CheckConstraint("(place = 'invited') = (wave > 0)", name=op.f("ck_drawn_person_wave")),
        sa.CheckConstraint(
            "answer IN ('waiting', 'contacted', 'accepted', 'refused', 'silent', 'unreachable', 'ineligible')",
            name=op.f("ck_drawn_person_answer"),
        ),
        sa.CheckConstraint(
            "place IN ('invited', 'titular', 'reserve')", name=op.f("ck_drawn_person_place")
        ),
        sa.CheckConstraint("rank >= 1 AND number >= 1", name=op.f("ck_drawn_person_rank")),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw.id"], name=op.f("fk_drawn_person_draw_id_draw")
        ),
        sa.ForeignKeyConstraint(
            ["entry", "draw_id"],
            ["pool_entry.token", "pool_entry.draw_id"],
            name=op.f("fk_drawn_person_entry_draw_id_pool_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_drawn_person_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawn_person")),
        sa.UniqueConstraint(
            "draw_id", "place", "number", name=op.f("uq_drawn_person_draw_id_place_number")
        ),
        sa.UniqueConstraint(
            "draw_id", "place", "rank", name=op.f("uq_drawn_person_draw_id_place_rank")
        ),
    )
    op.create_index(op.f("ix_drawn_person_draw_id"), "drawn_person", ["draw_id"], unique=False)
    op.create_index(op.f("ix_drawn_person_entry"), "drawn_person", ["entry"], unique=False)
    op.create_index(op.f("ix_drawn_person_person_id"), "drawn_person", ["person_id"], unique=False)
    op.create_index(
        "uq_drawn_person_replaces",
        "drawn_person",
        ["replaces"],
        unique=True,
        sqlite_where=sa.text("replaces IS NOT NULL"),
        postgresql_where=sa.text("replaces IS NOT NULL"),
    )
    op.create_table(
        "contact_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("drawn_id", sa.String(length=22), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("outcome", sa.String(length=14), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=22), nullable=False),
        sa.CheckConstraint(
            "channel IN ('letter', 'call', 'visit', 'mail', 'sms', 'desk')",
            name=op.f("ck_contact_attempt_channel"),
        ),
        sa.CheckConstraint(
            "outcome IN ('sent', 'reached', 'no_answer', 'undeliverable')",
            name=op.f("ck_contact_attempt_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["drawn_id"],
            ["drawn_person.id"],
            name=op.f("fk_contact_attempt_drawn_id_drawn_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_attempt")),
    )
    op.create_index(
        op.f("ix_contact_attempt_drawn_id"), "contact_attempt", ["drawn_id"], unique=False
    )
    op.create_table(
        "letter_sheet",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=False),
        sa.Column("bring_to", sa.String(length=200), nullable=False),
        sa.Column("helpers", sa.String(length=200), nullable=False),
        sa.Column("privacy_contact", sa.String(length=200), nullable=False),
        sa.Column("saved_by", sa.String(length=22), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw.id"], name=op.f("fk_letter_sheet_draw_id_draw")
        ),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_letter_sheet")),
    )
    op.create_table(
        "letter_lot",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=22), nullable=False),
        sa.Column("asked_at", UtcInstant(), nullable=False),
        sa.Column("ready_at", UtcInstant(), nullable=True),
        sa.Column("claim", sa.String(length=22), nullable=True),
        sa.Column("started_at", UtcInstant(), nullable=True),
        sa.Column("beat_at", UtcInstant(), nullable=True),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("first >= 1 AND letters >= 1", name=op.f("ck_letter_lot_counts")),
        sa.CheckConstraint("share BETWEEN 0 AND 100", name=op.f("ck_letter_lot_share")),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_letter_lot_draw_id_draw")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_lot")),
    )
    op.create_index(op.f("ix_letter_lot_draw_id"), "letter_lot", ["draw_id"], unique=False)
    op.create_table(
        "answer_code",
        sa.Column("keyed_hash", sa.String(length=64), nullable=False),
        sa.Column("drawn_id", sa.String(length=22), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["drawn_id"],
            ["drawn_person.id"],
            name=op.f("fk_answer_code_drawn_id_drawn_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("keyed_hash", name=op.f("pk_answer_code")),
    )
    op.create_index(op.f("ix_answer_code_drawn_id"), "answer_code", ["drawn_id"], unique=False)
    append_only("journal_entry")
    op.execute(f"INSERT INTO journal_head (id, last, digest) VALUES (1, 0, '{'0' * 64}')")


def downgrade() -> None:
    no_longer_append_only("journal_entry")
    op.drop_index(op.f("ix_answer_code_drawn_id"), table_name="answer_code")
    op.drop_table("answer_code")
    op.drop_index(op.f("ix_letter_lot_draw_id"), table_name="letter_lot")
    op.drop_table("letter_lot")
    op.drop_table("letter_sheet")
    op.drop_index(op.f("ix_contact_attempt_drawn_id"), table_name="contact_attempt")
    op.drop_table("contact_attempt")
    op.drop_index(
        "uq_drawn_person_replaces",
        table_name="drawn_person",
        sqlite_where=sa.text("replaces IS NOT NULL"),
        postgresql_where=sa.text("replaces IS NOT NULL"),
    )
    op.drop_index(op.f("ix_drawn_person_person_id"), table_name="drawn_person")
    op.drop_index(op.f("ix_drawn_person_entry"), table_name="drawn_person")
    op.drop_index(op.f("ix_drawn_person_draw_id"), table_name="drawn_person")
    op.drop_table("drawn_person")
    op.drop_index(
        "uq_vacancy_open",
        table_name="vacancy",
        sqlite_where=sa.text("filled_by IS NULL"),
        postgresql_where=sa.text("filled_by IS NULL"),
    )
    op.drop_index(op.f("ix_vacancy_seat_id"), table_name="vacancy")
    op.drop_index(op.f("ix_vacancy_opened_by"), table_name="vacancy")
    op.drop_index(op.f("ix_vacancy_filled_by"), table_name="vacancy")
    op.drop_index(op.f("ix_vacancy_council_id"), table_name="vacancy")
    op.drop_table("vacancy")
    op.drop_index(
        "uq_referent_seat",
        table_name="referent",
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.drop_index(
        "uq_referent_member",
        table_name="referent",
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.drop_index(op.f("ix_referent_mandate_id"), table_name="referent")
    op.drop_index(op.f("ix_referent_designation_id"), table_name="referent")
    op.drop_index(op.f("ix_referent_council_id"), table_name="referent")
    op.drop_index(op.f("ix_referent_body_id"), table_name="referent")
    op.drop_table("referent")
    op.drop_table("presence")
    op.drop_index(op.f("ix_pool_entry_neighbourhood_id"), table_name="pool_entry")
    op.drop_index(op.f("ix_pool_entry_municipality_id"), table_name="pool_entry")
    op.drop_index(op.f("ix_pool_entry_list_id"), table_name="pool_entry")
    op.drop_index(op.f("ix_pool_entry_draw_id"), table_name="pool_entry")
    op.drop_index("ix_pool_entry_draw", table_name="pool_entry")
    op.drop_table("pool_entry")
    op.drop_index(op.f("ix_follow_up_edition_project_id"), table_name="follow_up")
    op.drop_table("follow_up")
    op.drop_index(op.f("ix_decision_item_edition_project_id"), table_name="decision_item")
    op.drop_index(op.f("ix_decision_item_decision_id"), table_name="decision_item")
    op.drop_table("decision_item")
    op.drop_index(op.f("ix_candidacy_mandate_id"), table_name="candidacy")
    op.drop_index(op.f("ix_candidacy_designation_id"), table_name="candidacy")
    op.drop_table("candidacy")
    op.drop_index(op.f("ix_source_list_municipality_id"), table_name="source_list")
    op.drop_index(op.f("ix_source_list_draw_id"), table_name="source_list")
    op.drop_table("source_list")
    op.drop_index(op.f("ix_opinion_reply_due_on"), table_name="opinion")
    op.drop_index(op.f("ix_opinion_meeting_id"), table_name="opinion")
    op.drop_index(op.f("ix_opinion_council_id"), table_name="opinion")
    op.drop_index(op.f("ix_opinion_addressee_id"), table_name="opinion")
    op.drop_table("opinion")
    op.drop_index(op.f("ix_meeting_document_meeting_id"), table_name="meeting_document")
    op.drop_table("meeting_document")
    op.drop_index(
        "uq_mandate_seat_in_office",
        table_name="mandate",
        sqlite_where=sa.text("status IN ('running', 'suspended')"),
        postgresql_where=sa.text("status IN ('running', 'suspended')"),
    )
    op.drop_index(
        "uq_mandate_seat_coming",
        table_name="mandate",
        sqlite_where=sa.text("status IN ('approached', 'accepted')"),
        postgresql_where=sa.text("status IN ('approached', 'accepted')"),
    )
    op.drop_index(
        "uq_mandate_person_in_office",
        table_name="mandate",
        sqlite_where=sa.text("status IN ('running', 'suspended')"),
        postgresql_where=sa.text("status IN ('running', 'suspended')"),
    )
    op.drop_index(
        "uq_mandate_person_coming",
        table_name="mandate",
        sqlite_where=sa.text("status IN ('approached', 'accepted')"),
        postgresql_where=sa.text("status IN ('approached', 'accepted')"),
    )
    op.drop_index(op.f("ix_mandate_seat_id"), table_name="mandate")
    op.drop_index(op.f("ix_mandate_person_id"), table_name="mandate")
    op.drop_index(op.f("ix_mandate_draw_id"), table_name="mandate")
    op.drop_index(op.f("ix_mandate_council_id"), table_name="mandate")
    op.drop_table("mandate")
    op.drop_index(op.f("ix_list_draft_municipality_id"), table_name="list_draft")
    op.drop_index(op.f("ix_list_draft_draw_id"), table_name="list_draft")
    op.drop_table("list_draft")
    op.drop_index(op.f("ix_envelope_funding_organisation_id"), table_name="envelope_funding")
    op.drop_index(op.f("ix_envelope_funding_envelope_id"), table_name="envelope_funding")
    op.drop_table("envelope_funding")
    op.drop_index(op.f("ix_edition_recording_digest"), table_name="edition_recording")
    op.drop_table("edition_recording")
    op.drop_table("recount_file")
    op.drop_index(op.f("ix_edition_project_project_id"), table_name="edition_project")
    op.drop_index(op.f("ix_edition_project_envelope_id"), table_name="edition_project")
    op.drop_index(op.f("ix_edition_project_edition_id"), table_name="edition_project")
    op.drop_table("edition_project")
    op.drop_index(op.f("ix_draw_criterion_draw_id"), table_name="draw_criterion")
    op.drop_table("draw_criterion")
    op.drop_index(
        "uq_designation_under_way",
        table_name="designation",
        sqlite_where=sa.text("status IN ('open', 'calling', 'convened')"),
        postgresql_where=sa.text("status IN ('open', 'calling', 'convened')"),
    )
    op.drop_index(op.f("ix_designation_meeting_id"), table_name="designation")
    op.drop_index(op.f("ix_designation_council_id"), table_name="designation")
    op.drop_index(op.f("ix_designation_body_id"), table_name="designation")
    op.drop_table("designation")
    op.drop_table("chance_reading")
    op.drop_index(op.f("ix_invitation_wave_draw_id"), table_name="invitation_wave")
    op.drop_table("invitation_wave")
    op.drop_table("invitation_order")
    op.drop_table("draw_preparation")
    op.drop_table("voting_code")
    op.drop_index(op.f("ix_sign_in_account_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index(op.f("ix_seat_neighbourhood_id"), table_name="seat")
    op.drop_index(op.f("ix_seat_council_id"), table_name="seat")
    op.drop_table("seat")
    op.drop_index(op.f("ix_proposal_picture_proposal_id"), table_name="proposal_picture")
    op.drop_index(op.f("ix_proposal_picture_digest"), table_name="proposal_picture")
    op.drop_table("proposal_picture")
    op.drop_index(op.f("ix_proposal_event_proposal_id"), table_name="proposal_event")
    op.drop_table("proposal_event")
    op.drop_index(op.f("ix_proponent_proposal_id"), table_name="proponent")
    op.drop_index(op.f("ix_proponent_person_id"), table_name="proponent")
    op.drop_table("proponent")
    op.drop_index(op.f("ix_project_proposal_proposal_id"), table_name="project_proposal")
    op.drop_table("project_proposal")
    op.drop_index(op.f("ix_meeting_starts_at"), table_name="meeting")
    op.drop_index(op.f("ix_meeting_council_id"), table_name="meeting")
    op.drop_table("meeting")
    op.drop_index(op.f("ix_mail_token_email"), table_name="mail_token")
    op.drop_index(op.f("ix_mail_token_account_id"), table_name="mail_token")
    op.drop_table("mail_token")
    op.drop_index(op.f("ix_house_rules_council_id"), table_name="house_rules")
    op.drop_table("house_rules")
    op.drop_index(op.f("ix_edition_rules_edition_id"), table_name="edition_rules")
    op.drop_table("edition_rules")
    op.drop_index(
        "uq_draw_under_way",
        table_name="draw",
        sqlite_where=sa.text("status NOT IN ('completed', 'list_sent', 'closed', 'cancelled')"),
        postgresql_where=sa.text("status NOT IN ('completed', 'list_sent', 'closed', 'cancelled')"),
    )
    op.drop_index(op.f("ix_draw_status"), table_name="draw")
    op.drop_index(op.f("ix_draw_replaces_id"), table_name="draw")
    op.drop_index(op.f("ix_draw_previous_id"), table_name="draw")
    op.drop_index(op.f("ix_draw_council_id"), table_name="draw")
    op.drop_table("draw")
    op.drop_index(op.f("ix_decision_target_id"), table_name="decision")
    op.drop_index(op.f("ix_decision_act_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_index(op.f("ix_council_step_council_id"), table_name="council_step")
    op.drop_table("council_step")
    op.drop_table("council_neighbourhood")
    op.drop_table("council_municipality")
    op.drop_table("check_in")
    op.drop_index(op.f("ix_budget_envelope_neighbourhood_id"), table_name="budget_envelope")
    op.drop_index(op.f("ix_budget_envelope_edition_id"), table_name="budget_envelope")
    op.drop_index(op.f("ix_budget_envelope_council_id"), table_name="budget_envelope")
    op.drop_table("budget_envelope")
    op.drop_index(op.f("ix_assessment_proposal_id"), table_name="assessment")
    op.drop_index(op.f("ix_assessment_organisation_id"), table_name="assessment")
    op.drop_index(op.f("ix_assessment_answered_by"), table_name="assessment")
    op.drop_table("assessment")
    op.drop_index(op.f("ix_homonym_case_poll_id"), table_name="homonym_case")
    op.drop_index(op.f("ix_homonym_case_person_id"), table_name="homonym_case")
    op.drop_table("homonym_case")
    op.drop_index(op.f("ix_voting_right_poll_id"), table_name="voting_right")
    op.drop_index(op.f("ix_voting_right_person_id"), table_name="voting_right")
    op.drop_table("voting_right")
    op.drop_table("urn_rehearsal")
    op.drop_table("place_sheet")
    op.drop_table("place_hours")
    op.drop_table("place_duty")
    op.drop_table("phone_check")
    op.drop_index(op.f("ix_roll_list_poll_id"), table_name="roll_list")
    op.drop_table("roll_list")
    op.drop_index(op.f("ix_poll_contest_poll_id"), table_name="poll_contest")
    op.drop_index(op.f("ix_poll_contest_person_id"), table_name="poll_contest")
    op.drop_table("poll_contest")
    op.drop_table("former_count")
    op.drop_index(op.f("ix_polling_place_poll_id"), table_name="polling_place")
    op.drop_table("polling_place")
    op.drop_table("urn_opening")
    op.drop_index(op.f("ix_street_stretch_street_id"), table_name="street_stretch")
    op.drop_index(op.f("ix_street_stretch_neighbourhood_id"), table_name="street_stretch")
    op.drop_table("street_stretch")
    op.drop_index(op.f("ix_steering_body_organisation_id"), table_name="steering_body")
    op.drop_index(op.f("ix_steering_body_neighbourhood_id"), table_name="steering_body")
    op.drop_table("steering_body")
    op.drop_index(op.f("ix_role_held_unit"), table_name="role_held")
    op.drop_index(op.f("ix_role_held_person_id"), table_name="role_held")
    op.drop_index(op.f("ix_role_held_organisation_id"), table_name="role_held")
    op.drop_table("role_held")
    op.drop_index(op.f("ix_proposal_draft_person_id"), table_name="proposal_draft")
    op.drop_index(op.f("ix_proposal_draft_neighbourhood_id"), table_name="proposal_draft")
    op.drop_index(op.f("ix_proposal_draft_municipality_id"), table_name="proposal_draft")
    op.drop_index(op.f("ix_proposal_draft_changed_on"), table_name="proposal_draft")
    op.drop_table("proposal_draft")
    op.drop_index(op.f("ix_proposal_theme"), table_name="proposal")
    op.drop_index("ix_proposal_public", table_name="proposal")
    op.drop_index(op.f("ix_proposal_neighbourhood_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_municipality_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_filed_by"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_due_on"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_table("paper_count")
    op.drop_index(op.f("ix_edition_territory_id"), table_name="edition")
    op.drop_index("ix_edition_status", table_name="edition")
    op.drop_index(op.f("ix_edition_poll_id"), table_name="edition")
    op.drop_index(op.f("ix_edition_organisation_id"), table_name="edition")
    op.drop_table("edition")
    op.drop_index(op.f("ix_citizen_council_status"), table_name="citizen_council")
    op.drop_index(op.f("ix_citizen_council_organisation_id"), table_name="citizen_council")
    op.drop_index(op.f("ix_citizen_council_kind"), table_name="citizen_council")
    op.drop_index(op.f("ix_citizen_council_host_organisation_id"), table_name="citizen_council")
    op.drop_table("citizen_council")
    op.drop_index(op.f("ix_act_published_at"), table_name="act")
    op.drop_index(op.f("ix_act_organisation_id"), table_name="act")
    op.drop_index(op.f("ix_act_corrects_id"), table_name="act")
    op.drop_table("act")
    op.drop_table("account")
    op.drop_table("urn_export")
    op.drop_index(op.f("ix_unmatched_address_neighbourhood_id"), table_name="unmatched_address")
    op.drop_index(op.f("ix_unmatched_address_municipality_id"), table_name="unmatched_address")
    op.drop_table("unmatched_address")
    op.drop_table("territory_part")
    op.drop_index(op.f("ix_street_municipality_id"), table_name="street")
    op.drop_table("street")
    op.drop_index(op.f("ix_residence_neighbourhood_id"), table_name="residence")
    op.drop_index(op.f("ix_residence_municipality_id"), table_name="residence")
    op.drop_table("residence")
    op.drop_index(op.f("ix_project_neighbourhood_id"), table_name="project")
    op.drop_index(op.f("ix_project_municipality_id"), table_name="project")
    op.drop_index("ix_project_external", table_name="project")
    op.drop_table("project")
    op.drop_table("poll_step")
    op.drop_table("poll_count")
    op.drop_index(op.f("ix_person_neighbourhood_id"), table_name="person")
    op.drop_index(op.f("ix_person_municipality_id"), table_name="person")
    op.drop_index(op.f("ix_person_keep_until"), table_name="person")
    op.drop_index("ix_person_identity", table_name="person")
    op.drop_index(op.f("ix_person_email"), table_name="person")
    op.drop_table("person")
    op.drop_index(op.f("ix_paper_batch_poll_id"), table_name="paper_batch")
    op.drop_table("paper_batch")
    op.drop_index(op.f("ix_organisation_territory_id"), table_name="organisation")
    op.drop_index(op.f("ix_organisation_parent_id"), table_name="organisation")
    op.drop_index(op.f("ix_organisation_kind"), table_name="organisation")
    op.drop_table("organisation")
    op.drop_table("opened_ballot")
    op.drop_table("logged_digest")
    op.drop_table("log_checkpoint")
    op.drop_index("ix_project_withdrawal_told_at", table_name="project_withdrawal")
    op.drop_table("project_withdrawal")
    op.drop_index(op.f("ix_ballot_item_poll_id"), table_name="ballot_item")
    op.drop_table("ballot_item")
    op.drop_table("ballot_envelope")
    op.drop_index(op.f("ix_territory_kind"), table_name="territory")
    op.drop_index(op.f("ix_territory_folded_name"), table_name="territory")
    op.drop_table("territory")
    op.drop_table("stored_file")
    op.drop_table("proposal_counter")
    op.drop_index(op.f("ix_poll_stage"), table_name="poll")
    op.drop_index(op.f("ix_poll_opens_at"), table_name="poll")
    op.drop_index(op.f("ix_poll_closes_at"), table_name="poll")
    op.drop_table("poll")
    op.drop_index("ix_outbox_mail_due", table_name="outbox_mail")
    op.drop_table("outbox_mail")
    op.drop_table("journal_head")
    op.drop_index(op.f("ix_journal_entry_target"), table_name="journal_entry")
    op.drop_table("journal_entry")
    op.drop_table("job_run")
    op.drop_table("done_once")
    op.drop_table("attempt")
