"""Staff, their factors, residents, invitations with links and codes, sessions, counts of tries.

Revision: 0003, after keys, audit and outbox.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TIME = sa.DateTime(timezone=True)


def _text(name: str, length: int, *, empty: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=empty)


def _sealed(name: str, *, empty: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=empty)


def _time(name: str, *, empty: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, _TIME, nullable=empty)


def _of_municipality(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name=f"fk_{table}_municipality")


def _of(table: str, parent: str, column: str) -> sa.ForeignKeyConstraint:
    """A row hangs on one of its own municipality (Z2)."""
    return sa.ForeignKeyConstraint(
        ["municipality", column], [f"{parent}.municipality", f"{parent}.id"], name=f"fk_{table}_municipality_{column}"
    )


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _make(table: str, *parts: sa.Column[object] | sa.Constraint) -> None:
    key = sa.PrimaryKeyConstraint("id", name=f"pk_{table}")
    op.create_table(table, _text("id", 32), *parts, key)


def upgrade() -> None:
    """Make the tables."""
    _staff()
    _make(
        "resident",
        _text("municipality", 40), _sealed("pid"), _text("pid_index", 64), _time("created_at"), _time("signed_in_at"),
        _of_municipality("resident"), _unique("resident", "municipality", "id"),
        _unique("resident", "municipality", "pid_index"),
    )  # fmt: skip
    _invitations()
    _make(
        "login_session",
        _text("municipality", 40), _text("secret", 64), _text("kind", 10), _text("person", 32, empty=True),
        _text("resident", 32, empty=True), sa.Column("assurance", sa.Integer(), nullable=False), _text("csrf", 64),
        _time("created_at"), _time("seen_at"), _time("authenticated_at"), _time("ended_at", empty=True),
        _text("ended_why", 20), _text("provider_session", 64, empty=True), _text("provider_subject", 64, empty=True),
        _sealed("data"),
        _of_municipality("login_session"), _unique("login_session", "secret"), _unique("login_session", "csrf"),
    )  # fmt: skip
    op.create_index("ix_login_session_person", "login_session", ["municipality", "person"])
    op.create_index("ix_login_session_provider", "login_session", ["provider_session"])
    op.create_index("ix_login_session_provider_subject", "login_session", ["provider_subject"])
    op.create_table(
        "tally",
        _text("key", 160), sa.Column("number", sa.Integer(), nullable=False), _time("until"),
        sa.PrimaryKeyConstraint("key", name="pk_tally"),
    )  # fmt: skip
    op.create_index("ix_tally_until", "tally", ["until"])


def _staff() -> None:
    _make(
        "staff",
        _text("municipality", 40), _text("state", 10), sa.Column("roles", sa.JSON(), nullable=False),
        _text("language", 8), _sealed("email"), _text("email_index", 64), _sealed("name"),
        _text("password", 200, empty=True), _text("subject_index", 64, empty=True), _time("created_at"),
        _time("signed_in_at", empty=True),
        _of_municipality("staff"), _unique("staff", "municipality", "id"),
        _unique("staff", "municipality", "email_index"), _unique("staff", "municipality", "subject_index"),
    )  # fmt: skip
    _make(
        "factor",
        _text("municipality", 40), _text("staff", 32), _text("kind", 10), _sealed("label"), _sealed("secret"),
        _text("credential", 64, empty=True), sa.Column("count", sa.Integer(), nullable=False), _time("created_at"),
        _time("used_at", empty=True),
        _of("factor", "staff", "staff"), _unique("factor", "municipality", "credential"),
    )  # fmt: skip
    op.create_index("ix_factor_staff", "factor", ["staff"])
    _make(
        "recovery_code",
        _text("municipality", 40), _text("staff", 32), _text("code", 64), _time("used_at", empty=True),
        _of("recovery_code", "staff", "staff"),
    )  # fmt: skip
    op.create_index("ix_recovery_code_staff", "recovery_code", ["staff"])


def _invitations() -> None:
    _make(
        "invitation",
        _text("municipality", 40), _text("purpose", 20), _text("subject", 60), _text("language", 8),
        _sealed("email", empty=True), _sealed("telephone", empty=True), _text("joining_code", 64, empty=True),
        _text("resident", 32, empty=True), _time("created_at"), _time("expires_at", empty=True),
        _time("joined_at", empty=True), _time("stopped_at", empty=True), _time("revoked_at", empty=True),
        _of_municipality("invitation"), _unique("invitation", "municipality", "id"),
        _unique("invitation", "municipality", "joining_code"),
    )  # fmt: skip
    op.create_index("ix_invitation_subject", "invitation", ["subject"])
    _make(
        "personal_link",
        _text("municipality", 40), _text("invitation", 32), _text("secret", 64), _text("channel", 10),
        _time("created_at"), _time("expires_at", empty=True), _time("revoked_at", empty=True),
        _of("personal_link", "invitation", "invitation"), _unique("personal_link", "secret"),
    )  # fmt: skip
    op.create_index("ix_personal_link_invitation", "personal_link", ["invitation"])
    _make(
        "one_time_code",
        _text("municipality", 40), _text("invitation", 32), _text("channel", 10), _text("browser", 32, empty=True),
        _text("hash", 200), sa.Column("tries", sa.Integer(), nullable=False), _time("created_at"),
        _time("expires_at"), _time("ended_at", empty=True),
        _of("one_time_code", "invitation", "invitation"),
    )  # fmt: skip
    op.create_index("ix_one_time_code_invitation", "one_time_code", ["invitation"])


def downgrade() -> None:
    """Take the tables away."""
    for table in (
        "tally", "login_session", "one_time_code", "personal_link", "invitation", "resident", "recovery_code",
        "factor", "staff",
    ):  # fmt: skip
        op.drop_table(table)
