"""Referrals: that the person whom somebody else wrote about has it from then on, and what the helper sees.

Revision: 0015, after images.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "referral_handover",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("referral", sa.String(32), nullable=False),
        sa.Column("reference", sa.String(8), nullable=False),
        sa.Column("invitation", sa.String(32), nullable=False),
        sa.Column("sees", sa.String(10), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_referral_handover"),
        sa.UniqueConstraint("referral", name="uq_referral_handover_referral"),
        sa.UniqueConstraint("municipality", "reference", name="uq_referral_handover_municipality_reference"),
        sa.ForeignKeyConstraint(
            ["municipality", "referral"],
            ["referral.municipality", "referral.id"],
            name="fk_referral_handover_municipality_referral",
        ),
    )


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("referral_handover")
