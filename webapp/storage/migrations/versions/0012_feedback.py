"""Co-creation: counted answers, what somebody wrote, drafts open for comment, and changes made.

Revision: 0012, after images.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_TIME = sa.DateTime(timezone=True)


def _municipality() -> sa.Column[str]:
    return sa.Column("municipality", sa.String(40), nullable=False)


def _page() -> tuple[sa.Column[str], sa.Column[str]]:
    return sa.Column("kind", sa.String(20), nullable=False), sa.Column("slug", sa.String(80), nullable=False)


def _belongs(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name=f"fk_{table}_municipality")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "feedback_answer",
        _municipality(),
        sa.Column("day", sa.Date(), nullable=False),
        *_page(),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("is_found", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("dealt", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "municipality", "day", "kind", "slug", "language", "is_found", name="pk_feedback_answer"
        ),
        _belongs("feedback_answer"),
    )
    op.create_table(
        "feedback_item",
        sa.Column("id", sa.String(32), nullable=False),
        _municipality(),
        sa.Column("sort", sa.String(12), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        *_page(),
        sa.Column("is_found", sa.Boolean(), nullable=True),
        sa.Column("hearing", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("fold", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_apart", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("dealt_by", sa.String(80), nullable=False),
        sa.Column("dealt_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_feedback_item"),
        _belongs("feedback_item"),
    )
    op.create_index("ix_feedback_item_state", "feedback_item", ["municipality", "state", "at"])
    op.create_index("ix_feedback_item_fold", "feedback_item", ["municipality", "fold"])
    op.create_index("ix_feedback_item_hearing", "feedback_item", ["hearing"])
    op.create_index("ix_feedback_item_at", "feedback_item", ["at"])
    op.create_table(
        "feedback_hearing",
        sa.Column("id", sa.String(32), nullable=False),
        _municipality(),
        sa.Column("draft", sa.String(32), nullable=False),
        *_page(),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("council", sa.String(80), nullable=False),
        sa.Column("open_secret", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_feedback_hearing"),
        sa.UniqueConstraint("secret", name="uq_feedback_hearing_secret"),
        _belongs("feedback_hearing"),
    )
    op.create_index("ix_feedback_hearing_draft", "feedback_hearing", ["draft"])
    op.create_table(
        "feedback_change",
        sa.Column("id", sa.String(32), nullable=False),
        _municipality(),
        sa.Column("day", sa.Date(), nullable=False),
        *_page(),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback_change"),
        _belongs("feedback_change"),
    )
    op.create_index("ix_feedback_change_day", "feedback_change", ["municipality", "day"])


def downgrade() -> None:
    """Take the tables away."""
    for table in ("feedback_change", "feedback_hearing", "feedback_item", "feedback_answer"):
        op.drop_table(table)
