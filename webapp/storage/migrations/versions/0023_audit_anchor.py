"""Where what is kept of a municipality's audit log begins, and guards that let go of nothing else.

Revision: 0023, after the index of events by time.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_ASIDE = "audit anchor "
"""What the name of a mark begins with in which an anchor waits while an older schema is run.

Without its anchor a log whose beginning was deleted would be broken for ever.
"""
_REFUSED = "audit events are never changed"
_GONE = "SELECT 1 FROM audit_anchor WHERE municipality = OLD.municipality AND sequence >= OLD.sequence"
_TIME = sa.DateTime(timezone=True)
_mark = sa.table(
    "operation_mark", sa.column("name", sa.String()), sa.column("at", _TIME), sa.column("is_good", sa.Boolean()),
    sa.column("facts", sa.String()),
)  # fmt: skip
_COLUMNS = ("sequence", "hash", "deleted", "key", "code")
"""What a mark says of an anchor, in this order, beside the time."""
_anchor = sa.table(
    "audit_anchor", sa.column("municipality", sa.String()), sa.column("at", _TIME),
    *(sa.column(name, sa.String() if name in {"hash", "key", "code"} else sa.BigInteger()) for name in _COLUMNS),
)  # fmt: skip


def upgrade() -> None:
    """Make the table, and let the database delete an event once an anchor says that it goes."""
    op.create_table(
        "audit_anchor",
        sa.Column("municipality", sa.String(40), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("deleted", sa.BigInteger(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("municipality", name="pk_audit_anchor"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_audit_anchor_municipality"),
    )
    aside = _mark.c.name.startswith(_ASIDE)
    for name, at, facts in op.get_bind().execute(sa.select(_mark.c.name, _mark.c.at, _mark.c.facts).where(aside)).all():
        told = dict(zip(_COLUMNS, facts.split(), strict=True))
        numbers = {column: int(told[column]) for column in ("sequence", "deleted")}
        op.execute(_anchor.insert().values({**told, **numbers, "municipality": name.removeprefix(_ASIDE), "at": at}))
    op.execute(_mark.delete().where(aside))
    (_guard_sqlite if op.get_bind().dialect.name == "sqlite" else _guard_postgresql)()


def _guard_sqlite() -> None:
    op.execute("DROP TRIGGER audit_event_no_delete")
    op.execute(
        f"CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event WHEN NOT EXISTS ({_GONE}) "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_anchor_forward BEFORE UPDATE ON audit_anchor WHEN NEW.sequence <= OLD.sequence "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_anchor_no_delete BEFORE DELETE ON audit_anchor "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    )


def _guard_postgresql() -> None:
    op.execute("DROP TRIGGER audit_event_guard ON audit_event")
    op.execute(
        "CREATE TRIGGER audit_event_guard BEFORE UPDATE OR TRUNCATE ON audit_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()"
    )
    op.execute(
        "CREATE FUNCTION audit_event_keep() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NOT EXISTS ({_GONE}) THEN RAISE EXCEPTION '{_REFUSED}'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_event_keep BEFORE DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_keep()"
    )
    op.execute(
        "CREATE TRIGGER audit_anchor_forward BEFORE UPDATE ON audit_anchor "
        "FOR EACH ROW WHEN (NEW.sequence <= OLD.sequence) EXECUTE FUNCTION audit_event_refuse()"
    )
    op.execute(
        "CREATE TRIGGER audit_anchor_guard BEFORE DELETE OR TRUNCATE ON audit_anchor "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()"
    )


def downgrade() -> None:
    """Take the table away, its anchors into marks, and let the database refuse every deletion again."""
    for row in op.get_bind().execute(sa.select(_anchor)).mappings().all():
        told = {"name": f"{_ASIDE}{row['municipality']}", "at": row["at"], "is_good": True}
        op.execute(_mark.insert().values({**told, "facts": " ".join(str(row[name]) for name in _COLUMNS)}))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_event_no_delete")
        op.execute(
            "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )
        op.execute("DROP TRIGGER audit_anchor_no_delete")  # dropping a table deletes its rows
    else:
        op.execute("DROP TRIGGER audit_event_guard ON audit_event")
        op.execute("DROP TRIGGER audit_event_keep ON audit_event")
        op.execute("DROP FUNCTION audit_event_keep()")
        op.execute(
            "CREATE TRIGGER audit_event_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()"
        )
    op.drop_table("audit_anchor")
