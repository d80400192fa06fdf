"""Municipalities, published content, nameless counts.

Revision: 0001, the first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "municipality",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_municipality"),
    )
    op.create_table(
        "content_sequence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_content_sequence"),
    )
    op.create_table(
        "content_version",
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", name="pk_content_version"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_content_version_municipality"),
    )
    op.create_table(
        "content_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("imported", sa.JSON(), nullable=True),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_content_part"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_content_part_municipality"),
    )
    op.create_index("ix_content_part_sequence", "content_part", ["sequence"])
    op.create_index(
        "uq_content_part_shared", "content_part", ["kind", "slug", "language"], unique=True,
        sqlite_where=sa.text("municipality IS NULL"), postgresql_where=sa.text("municipality IS NULL"),
    )  # fmt: skip
    op.create_index(
        "uq_content_part_own", "content_part", ["municipality", "kind", "slug", "language"], unique=True,
        sqlite_where=sa.text("municipality IS NOT NULL"), postgresql_where=sa.text("municipality IS NOT NULL"),
    )  # fmt: skip
    op.create_table(
        "counter",
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("word", sa.String(80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "day", "name", "word", name="pk_counter"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_counter_municipality"),
    )


def downgrade() -> None:
    """Take the tables away."""
    for table in ("counter", "content_part", "content_version", "content_sequence", "municipality"):
        op.drop_table(table)
