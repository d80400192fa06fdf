"""Goals with their measures, indicators and numbers; which municipalities show their figures to each other.

Revision: 0017.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def _item(name: str, *columns: sa.Column[object], parent: str = "", is_named: bool = False) -> None:
    """Make a table of things that are put in order, changed one at a time, and ended."""
    rules: list[sa.Constraint] = [sa.PrimaryKeyConstraint("id", name=f"pk_{name}")]
    if is_named:
        rules.append(sa.UniqueConstraint("municipality", "id", name=f"uq_{name}_municipality_id"))
    if parent:
        rules.append(
            sa.ForeignKeyConstraint(
                ["municipality", parent], [f"{parent}.municipality", f"{parent}.id"],
                name=f"fk_{name}_municipality_{parent}",
            )
        )  # fmt: skip
    else:
        rules.append(sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name=f"fk_{name}_municipality"))
    own = [sa.Column(parent, sa.String(32), nullable=False)] if parent else []
    op.create_table(
        name,
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        *own,
        sa.Column("title", sa.String(200), nullable=False),
        *columns,
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *rules,
    )
    if parent:
        op.create_index(f"ix_{name}_{parent}", name, [parent])


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "insight_share",
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("municipality", name="pk_insight_share"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_insight_share_municipality"),
    )
    ended = [sa.Column("ended_on", sa.Date(), nullable=True) for _ in range(2)]
    _item("goal", sa.Column("text", sa.Text(), nullable=False), ended[0], is_named=True)
    _item(
        "goal_measure",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        parent="goal",
    )
    _item(
        "goal_indicator",
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("target", sa.String(120), nullable=False),
        sa.Column("figure", sa.String(40), nullable=False),
        ended[1],
        parent="goal",
        is_named=True,
    )
    op.create_table(
        "goal_number",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("indicator", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_goal_number"),
        sa.UniqueConstraint("indicator", "day", name="uq_goal_number_indicator_day"),
        sa.ForeignKeyConstraint(
            ["municipality", "indicator"], ["goal_indicator.municipality", "goal_indicator.id"],
            name="fk_goal_number_municipality_indicator",
        ),
    )  # fmt: skip


def downgrade() -> None:
    """Take the tables away."""
    for name in ("goal_number", "goal_indicator", "goal_measure", "goal", "insight_share"):
        op.drop_table(name)
