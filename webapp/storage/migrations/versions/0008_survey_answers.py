"""Surveys: what was ticked, and apart from it what was written.

Revision: 0008, after agreements.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the two tables; their rows lie by random ids, and not in the order in which they came."""
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("survey", sa.String(40), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_survey_answer"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_survey_answer_municipality"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_answer_day", "survey_answer", ["municipality", "survey", "day"])
    op.create_table(
        "survey_words",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("survey", sa.String(40), nullable=False),
        sa.Column("question", sa.String(40), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_survey_words"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_survey_words_municipality"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_survey_words_month", "survey_words", ["municipality", "survey", "month"])


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("survey_words")
    op.drop_table("survey_answer")
