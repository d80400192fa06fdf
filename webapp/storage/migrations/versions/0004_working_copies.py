"""Working copies, which only their own browser or link can open.

Revision: 0004, after identity.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "working_copy",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_working_copy"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_working_copy_municipality"),
    )
    op.create_index("ix_working_copy_expires_at", "working_copy", ["expires_at"])


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("working_copy")
