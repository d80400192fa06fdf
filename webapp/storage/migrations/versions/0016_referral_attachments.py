"""Referrals: files that residents attach, where their municipality takes them; and how an inbox of many is found.

Revision: 0016, after handing over.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


_ORDER = ["due_at", "received_at", "id"]
_OPEN = "ended_at IS NULL"
_ASKED = "asked_of IS NOT NULL AND ended_at IS NULL"
_PARTS = {
    "ix_referral_open": ("referral", ["municipality", "waits_for", *_ORDER], _OPEN),
    "ix_referral_free": ("referral", ["municipality", "waits_for", *_ORDER], f"{_OPEN} AND assigned_to IS NULL"),
    "ix_referral_whose": ("referral", ["municipality", "assigned_to", "waits_for", *_ORDER], _OPEN),
    "ix_referral_asked": ("referral", ["municipality", "asked_of", "waits_for", *_ORDER], _ASKED),
    "ix_referral_ended_at": ("referral", ["municipality", "ended_at", "id"], "ended_at IS NOT NULL"),
    "ix_referral_ended": ("referral", ["municipality", *_ORDER], "ended_at IS NOT NULL AND deleted_at IS NULL"),
    "ix_referral_door": ("referral", ["municipality", "door", "waits_for", *_ORDER], _OPEN),
    "ix_referral_entry_unprinted": (
        "referral_entry", ["municipality", "at", "id"], "\"to\" = 'letter' AND printed_at IS NULL",
    ),
}  # fmt: skip
"""Indexes of some rows only → their table, columns, and which rows."""


def upgrade() -> None:
    """Make the table and the indexes."""
    op.drop_index("ix_referral_ended_at", "referral")  # it drew the planner to all open cases of everybody
    op.create_index("ix_referral_received", "referral", ["municipality", "received_at"])
    op.create_index("ix_outbox_message_of", "outbox_message", ["municipality", "state"])
    op.create_index("ix_content_part_page", "content_part", ["kind", "slug"])
    for name, (table, columns, rows) in _PARTS.items():
        where = sa.text(rows)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "referral_attachment",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("referral", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_referral_attachment"),
        sa.UniqueConstraint("referral", "number", name="uq_referral_attachment_referral_number"),
        sa.ForeignKeyConstraint(
            ["municipality", "referral"],
            ["referral.municipality", "referral.id"],
            name="fk_referral_attachment_municipality_referral",
        ),
    )


def downgrade() -> None:
    """Take the table and the indexes away."""
    op.drop_table("referral_attachment")
    for name, (table, _columns, _rows) in _PARTS.items():
        op.drop_index(name, table)
    op.drop_index("ix_content_part_page", "content_part")
    op.drop_index("ix_outbox_message_of", "outbox_message")
    op.drop_index("ix_referral_received", "referral")
    op.create_index("ix_referral_ended_at", "referral", ["ended_at"])
