"""The forms of images that stand in content.

Revision: 0011, after the editorial office.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "content_image",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_content_image"),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("content_image")
