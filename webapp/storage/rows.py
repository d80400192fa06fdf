"""New rows written at once, for what a transaction writes and does not look at again.

To flush a mapped object costs five times what its statement does. What every form that is sent adds is therefore
written as plain values, by an insert that is made once a table; what is sealed in a mapped row is sealed here too (K1).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from sqlalchemy import Insert, Table, insert, literal
from sqlalchemy.orm import DeclarativeBase, Session

from webapp.storage.base import dialect_of, insert_as
from webapp.storage.sealed import seal_values

Values = Mapping[str, Any]
"""Attribute of a mapped class → its value; what is sealed is given as plain text."""


def insert_rows(session: Session, row: type[DeclarativeBase], *values: Values) -> None:
    """Write new rows of a table, after what was written before them in the transaction."""
    if values:
        session.execute(_insert(row), [seal_values(session, row, one) for one in values])


def insert_new(session: Session, row: type[DeclarativeBase], values: Values, unless: tuple[str, ...]) -> bool:
    """Write a new row unless there is one with the same values in some columns; tell whether it was written."""
    statement = _insert_unless(dialect_of(session), row, unless)
    return session.execute(statement, seal_values(session, row, values)).first() is not None


@cache
def _insert(row: type[DeclarativeBase]) -> Insert:
    return insert(_table(row))


@cache
def _insert_unless(dialect: str, row: type[DeclarativeBase], unless: tuple[str, ...]) -> Any:
    first = insert_as(dialect, _table(row))
    return first.on_conflict_do_nothing(index_elements=unless).returning(literal(1))


def _table(row: type[DeclarativeBase]) -> Table:
    return cast("Table", row.__table__)
