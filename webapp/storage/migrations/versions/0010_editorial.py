"""The editorial office: drafts, saves, revisions, links, bases, reminders; and conflicts of an import.

Revision: 0010, after places at offers.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_TIME = sa.DateTime(timezone=True)


def _municipality(*, is_null: bool = True) -> sa.Column[str]:
    return sa.Column("municipality", sa.String(40), nullable=is_null)


def _belongs(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name=f"fk_{table}_municipality")


def _of_draft(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["draft"], ["editorial_draft.id"], name=f"fk_{table}_draft", ondelete="CASCADE")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "editorial_draft",
        sa.Column("id", sa.String(32), nullable=False),
        _municipality(),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.Column("sent_by", sa.String(80), nullable=False),
        sa.Column("approved_by", sa.String(80), nullable=False),
        sa.Column("publish_at", _TIME, nullable=True),
        sa.Column("counts_from", sa.Date(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_editorial_draft"),
        _belongs("editorial_draft"),
    )
    op.create_index(
        "uq_editorial_draft_shared", "editorial_draft", ["kind", "slug"], unique=True,
        sqlite_where=sa.text("municipality IS NULL"), postgresql_where=sa.text("municipality IS NULL"),
    )  # fmt: skip
    op.create_index(
        "uq_editorial_draft_own", "editorial_draft", ["municipality", "kind", "slug"], unique=True,
        sqlite_where=sa.text("municipality IS NOT NULL"), postgresql_where=sa.text("municipality IS NOT NULL"),
    )  # fmt: skip
    op.create_index("ix_editorial_draft_publish_at", "editorial_draft", ["publish_at"])
    op.create_table(
        "editorial_draft_part",
        sa.Column("draft", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("base", sa.JSON(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tab", sa.String(64), nullable=False),
        sa.Column("changed_by", sa.String(80), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("draft", "language", name="pk_editorial_draft_part"),
        _of_draft("editorial_draft_part"),
    )
    op.create_table(
        "editorial_save",
        sa.Column("draft", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("draft", "language", "revision", name="pk_editorial_save"),
        _of_draft("editorial_save"),
    )
    op.create_table(
        "editorial_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        _municipality(),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("approved_by", sa.String(80), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("counts_from", sa.Date(), nullable=False),
        sa.Column("leaning", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_editorial_revision"),
        _belongs("editorial_revision"),
    )
    page = ["kind", "slug", "municipality", "language", "number"]
    op.create_index("ix_editorial_revision_page", "editorial_revision", page)
    op.create_table(
        "editorial_link",
        sa.Column("id", sa.String(32), nullable=False),
        _municipality(is_null=False),
        sa.Column("draft", sa.String(32), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("revoked_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_editorial_link"),
        sa.UniqueConstraint("secret", name="uq_editorial_link_secret"),
        _belongs("editorial_link"),
    )
    op.create_index("ix_editorial_link_draft", "editorial_link", ["draft"])
    op.create_table(
        "editorial_basis",
        _municipality(is_null=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "kind", "slug", "language", name="pk_editorial_basis"),
        _belongs("editorial_basis"),
    )
    op.create_table(
        "editorial_reminder",
        _municipality(is_null=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("municipality", "kind", "slug", name="pk_editorial_reminder"),
        _belongs("editorial_reminder"),
    )
    op.create_table(
        "content_conflict",
        sa.Column("id", sa.Integer(), nullable=False),
        _municipality(),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("sides", sa.JSON(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_content_conflict"),
        _belongs("content_conflict"),
    )
    op.create_index("ix_content_conflict_page", "content_conflict", ["kind", "slug", "municipality"])


def downgrade() -> None:
    """Take the tables away."""
    for table in (
        "content_conflict", "editorial_reminder", "editorial_basis", "editorial_link", "editorial_revision",
        "editorial_save", "editorial_draft_part", "editorial_draft",
    ):  # fmt: skip
        op.drop_table(table)
