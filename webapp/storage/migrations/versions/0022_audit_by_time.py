"""An index by which a municipality's audit events of a time are found.

Revision: 0022, after the administration's tables.
"""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_audit_event_at", "audit_event", ["municipality", "at"])


def downgrade() -> None:
    """Take the index away."""
    op.drop_index("ix_audit_event_at", "audit_event")
