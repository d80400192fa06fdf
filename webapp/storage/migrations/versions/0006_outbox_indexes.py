"""Indexes over what waits in the outbox alone: it is little, where what was sent is much.

Revision: 0006, after referrals.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_WAITING = sa.text("state = 'queued'")
_INDEXES = {
    "ix_outbox_message_due": ["due_at", "created_at", "id"],
    "ix_outbox_message_before": ["about", "kind", "number"],
}


def upgrade() -> None:
    """Make the indexes."""
    for name, columns in _INDEXES.items():
        op.create_index(name, "outbox_message", columns, sqlite_where=_WAITING, postgresql_where=_WAITING)


def downgrade() -> None:
    """Take the indexes away."""
    for name in _INDEXES:
        op.drop_index(name, "outbox_message")
