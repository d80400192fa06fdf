"""A municipality's own receivers, what was changed of them, and when each job of the worker last ran.

Revision: 0021, for the administration.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "receiver",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("secrets", sa.Text(), nullable=True),
        sa.Column("number_of_secrets", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_status", sa.Integer(), nullable=False),
        sa.Column("tried_milliseconds", sa.Integer(), nullable=False),
        sa.Column("tried_fault", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_receiver_municipality"),
        sa.PrimaryKeyConstraint("id", name="pk_receiver"),
        sa.UniqueConstraint("municipality", "kind", name="uq_receiver_municipality_kind"),
    )
    op.create_table(
        "receiver_change",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_receiver_change_municipality"),
        sa.PrimaryKeyConstraint("id", name="pk_receiver_change"),
    )
    op.create_index("ix_receiver_change_at", "receiver_change", ["municipality", "at"])


def downgrade() -> None:
    """Take the tables away."""
    op.drop_index("ix_receiver_change_at", "receiver_change")
    op.drop_table("receiver_change")
    op.drop_table("receiver")
