"""Agreements: parties, answers, proposals, sections, consents, frozen texts and signatures.

Revision: 0007, after the indexes of the outbox.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TIME = sa.DateTime(timezone=True)
TABLES = (
    "agreement",
    "agreement_answer",
    "agreement_consent",
    "agreement_errand",
    "agreement_event",
    "agreement_name",
    "agreement_party",
    "agreement_proposal",
    "agreement_reply",
    "agreement_review",
    "agreement_section",
    "agreement_sheet",
    "agreement_signature",
    "agreement_task",
    "agreement_version",
)


def _of_agreement(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["municipality", "agreement"],
        ["agreement.municipality", "agreement.id"],
        name=f"fk_{table}_municipality_agreement",
    )


def _create(table: str, *parts: Any) -> None:
    """Make a table whose rows belong to an agreement, and are found by it."""
    op.create_table(
        table,
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("agreement", sa.String(32), nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        _of_agreement(table),
    )
    op.create_index(f"ix_{table}_agreement", table, ["agreement"])


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "agreement",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("reference", sa.String(8), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("theme", sa.String(20), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("is_with_municipality", sa.Boolean(), nullable=False),
        sa.Column("is_cooperation", sa.Boolean(), nullable=False),
        sa.Column("is_meeting", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("round_state", sa.String(10), nullable=False),
        sa.Column("ending", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.String(32), nullable=False),
        sa.Column("caseworker", sa.String(32), nullable=True),
        sa.Column("office", sa.String(40), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("deadline_at", _TIME, nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("unreserved", sa.Integer(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("deleted_at", _TIME, nullable=True),
        sa.Column("is_silent", sa.Boolean(), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agreement"),
        sa.UniqueConstraint("municipality", "id", name="uq_agreement_municipality_id"),
        sa.UniqueConstraint("municipality", "key", name="uq_agreement_municipality_key"),
        sa.UniqueConstraint("municipality", "reference", name="uq_agreement_municipality_reference"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_agreement_municipality"),
    )
    op.create_index("ix_agreement_ended_at", "agreement", ["ended_at"])
    op.create_index(
        "ix_agreement_list", "agreement", ["municipality", "is_with_municipality", "round_state", "changed_at"]
    )
    _create(
        "agreement_answer",
        sa.Column("party", sa.String(32), nullable=False),
        sa.Column("task", sa.String(60), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("private", sa.Text(), nullable=True),
        sa.Column("how", sa.String(10), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.UniqueConstraint("agreement", "party", "task", name="uq_agreement_answer_agreement_party_task"),
    )
    _create(
        "agreement_consent",
        sa.Column("party", sa.String(32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("given_by", sa.String(32), nullable=False),
        sa.Column("given_at", _TIME, nullable=False),
        sa.Column("revoked_at", _TIME, nullable=True),
    )
    _create(
        "agreement_errand",
        sa.Column("party", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("done_at", _TIME, nullable=True),
        sa.Column("done_by", sa.String(32), nullable=True),
    )
    op.create_index("ix_agreement_errand_queue", "agreement_errand", ["municipality", "kind", "done_at"])
    _create(
        "agreement_event",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("about", sa.String(60), nullable=False),
        sa.UniqueConstraint("agreement", "number", name="uq_agreement_event_agreement_number"),
    )
    op.create_table(
        "agreement_name",
        sa.Column("agreement", sa.String(32), nullable=False),
        sa.Column("part", sa.String(64), nullable=False),
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("agreement", "part", name="pk_agreement_name"),
        _of_agreement("agreement_name"),
    )
    op.create_index("ix_agreement_name_part", "agreement_name", ["part"])
    _create(
        "agreement_party",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("basis", sa.String(20), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("invitation", sa.String(32), nullable=True),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("joined_at", _TIME, nullable=True),
        sa.Column("answered_at", _TIME, nullable=True),
        sa.Column("left_at", _TIME, nullable=True),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("municipality", "invitation", name="uq_agreement_party_municipality_invitation"),
    )
    _create(
        "agreement_proposal",
        sa.Column("task", sa.String(60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("is_in_meeting", sa.Boolean(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.UniqueConstraint("agreement", "task", "number", name="uq_agreement_proposal_agreement_task_number"),
    )
    _create(
        "agreement_reply",
        sa.Column("proposal", sa.String(32), nullable=False),
        sa.Column("party", sa.String(32), nullable=False),
        sa.Column("answer", sa.String(10), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("how", sa.String(10), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.UniqueConstraint("proposal", "party", name="uq_agreement_reply_proposal_party"),
    )
    _create(
        "agreement_review",
        sa.Column("party", sa.String(32), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.UniqueConstraint("agreement", "party", "round", name="uq_agreement_review_agreement_party_round"),
    )
    _create(
        "agreement_section",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.UniqueConstraint("agreement", "kind", name="uq_agreement_section_agreement_kind"),
    )
    _create(
        "agreement_sheet",
        sa.Column("party", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("how", sa.String(10), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.UniqueConstraint("agreement", "party", "kind", name="uq_agreement_sheet_agreement_party_kind"),
    )
    _create(
        "agreement_signature",
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("party", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("method", sa.String(12), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("evidence_hash", sa.String(64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.UniqueConstraint("version", "party", name="uq_agreement_signature_version_party"),
    )
    op.create_index("ix_agreement_signature_version", "agreement_signature", ["version"])
    _create(
        "agreement_task",
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("area", sa.String(20), nullable=False),
        sa.Column("is_critical", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(32), nullable=False),
        sa.UniqueConstraint("agreement", "key", name="uq_agreement_task_agreement_key"),
    )
    _create(
        "agreement_version",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("base", sa.String(64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("required", sa.String(10), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("frozen_by", sa.String(32), nullable=False),
        sa.Column("frozen_at", _TIME, nullable=False),
        sa.Column("deadline_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("pdf", sa.Text(), nullable=True),
        sa.Column("pdf_hash", sa.String(64), nullable=True),
        sa.UniqueConstraint("agreement", "number", name="uq_agreement_version_agreement_number"),
        sa.UniqueConstraint("municipality", "hash", name="uq_agreement_version_municipality_hash"),
    )
    op.create_index("ix_agreement_version_pdf_hash", "agreement_version", ["pdf_hash"])


def downgrade() -> None:
    """Take the tables away."""
    for table in reversed(TABLES):
        op.drop_table(table)
