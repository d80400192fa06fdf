"""Which shared text lay under a municipality's own when it was last looked at, and which one editors were told of.

Revision: 0013, after what readers say.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the columns; what is not known yet is noted by the worker, and told of to nobody."""
    for name in ("shared", "told"):
        op.add_column("editorial_basis", sa.Column(name, sa.String(64), nullable=True))


def downgrade() -> None:
    """Take the columns away."""
    for name in ("told", "shared"):
        op.drop_column("editorial_basis", name)
