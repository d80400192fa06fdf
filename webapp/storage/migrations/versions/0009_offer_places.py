"""Offers: which case has a place on a date, or stands on its waiting list.

Revision: 0009, after surveys.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "referral_place",
        sa.Column("referral", sa.String(32), nullable=False),
        sa.Column("offer", sa.String(80), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("referral", "offer", name="pk_referral_place"),
        sa.ForeignKeyConstraint(
            ["municipality", "referral"],
            ["referral.municipality", "referral.id"],
            name="fk_referral_place_municipality_referral",
        ),
    )
    op.create_index("ix_referral_place_offer", "referral_place", ["municipality", "offer", "day"])


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("referral_place")
