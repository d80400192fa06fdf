"""Referrals, what was said and done in them, and how they are found.

Revision: 0005, after working copies.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TIME = sa.DateTime(timezone=True)


def _of_referral(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["municipality", "referral"], ["referral.municipality", "referral.id"], name=f"fk_{table}_municipality_referral"
    )


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "referral",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("reference", sa.String(8), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("door", sa.String(10), nullable=False),
        sa.Column("came", sa.String(10), nullable=False),
        sa.Column("whom", sa.String(10), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("waits_for", sa.String(10), nullable=False),
        sa.Column("assigned_to", sa.String(32), nullable=True),
        sa.Column("asked_of", sa.String(32), nullable=True),
        sa.Column("office", sa.String(40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("telephone_index", sa.String(64), nullable=False),
        sa.Column("email_index", sa.String(64), nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.Column("answered_at", _TIME, nullable=True),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("deleted_at", _TIME, nullable=True),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_referral"),
        sa.UniqueConstraint("municipality", "id", name="uq_referral_municipality_id"),
        sa.UniqueConstraint("municipality", "reference", name="uq_referral_municipality_reference"),
        sa.UniqueConstraint("municipality", "key", name="uq_referral_municipality_key"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_referral_municipality"),
    )
    op.create_index("ix_referral_inbox", "referral", ["municipality", "state", "waits_for", "due_at"])
    for column in ("telephone_index", "email_index", "ended_at"):
        op.create_index(f"ix_referral_{column}", "referral", [column])
    op.create_table(
        "referral_entry",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("referral", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("act", sa.String(12), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("to", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("printed_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_referral_entry"),
        sa.UniqueConstraint("referral", "number", name="uq_referral_entry_referral_number"),
        _of_referral("referral_entry"),
    )
    op.create_index("ix_referral_entry_referral", "referral_entry", ["referral"])
    op.create_table(
        "referral_unsent",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("referral", sa.String(32), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_referral_unsent"),
        sa.UniqueConstraint("referral", "by", name="uq_referral_unsent_referral_by"),
        _of_referral("referral_unsent"),
    )
    op.create_table(
        "referral_name",
        sa.Column("referral", sa.String(32), nullable=False),
        sa.Column("part", sa.String(64), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("referral", "part", name="pk_referral_name"),
        _of_referral("referral_name"),
    )
    op.create_index("ix_referral_name_part", "referral_name", ["part"])


def downgrade() -> None:
    """Take the tables away."""
    for table in ("referral_name", "referral_unsent", "referral_entry", "referral"):
        op.drop_table(table)
