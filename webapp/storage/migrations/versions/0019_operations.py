"""Marks of what was done last, and notes of what was erased.

Revision: 0019, after the forms of images.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "operation_mark",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_good", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_operation_mark"),
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("object_id", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("erasure")
    op.drop_table("operation_mark")
