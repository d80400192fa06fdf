"""Encrypted columns of mapped classes: plain text in Python, sealed in the database (K1).

    email_sealed: Mapped[str] = mapped_column("email", Text)
    email = Sealed("email_sealed")

A value is bound to its municipality, table, column and row, so the row has `id` and `municipality`. What is read is
opened only then, also after its session is closed. A plain text is held nowhere but in a new row, until it is flushed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, Self, TypedDict, TypeVar, cast, overload

from sqlalchemy import event, inspect
from sqlalchemy.orm import DeclarativeBase, InstanceState, Mapper, Session, registry

from webapp.kernel.errors import StartError
from webapp.storage.base import Base
from webapp.storage.session import KEYS, Keys

Value = TypeVar("Value", bound=str | None)
_WAITING = "sealed.waiting"
_by_hand: set[tuple[str, str]] = set()


class _Place(TypedDict):
    municipality: str
    table: str
    column: str
    row: str


@dataclass(frozen=True, slots=True)
class _Plain:
    """A text that waits for its row to be flushed, and shows itself to nobody."""

    text: str | None = field(repr=False)


class _SealedColumn(Generic[Value]):
    """A plain attribute over the mapped attribute that holds its sealed form."""

    def __init__(self, stored: str) -> None:
        self.stored = stored

    def __set_name__(self, owner: type, _name: str) -> None:
        event.listen(owner, "load", _remember_at_load, propagate=True)
        event.listen(owner, "before_insert", _seal_what_waits, propagate=True)

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...

    @overload
    def __get__(self, row: object, owner: type) -> Value: ...

    def __get__(self, row: object | None, owner: type) -> Self | Value:
        """Answer the plain text; None where a new row has not been given it, as any mapped column does."""
        if row is None:
            return self
        state = _state(row)
        waiting = state.info.get(_WAITING, {})
        if self in waiting:
            return cast("Value", waiting[self].text)
        sealed = getattr(row, self.stored)
        return cast("Value", None if sealed is None else _keys(state).unseal(sealed, **self._place(row)))

    def __set__(self, row: object, value: Value) -> None:
        """Seal a text at once; on a new row, when it is flushed."""
        state = _state(row)
        if not state.has_identity and KEYS not in state.info:
            state.info.setdefault(_WAITING, {})[self] = _Plain(value)
        else:
            setattr(row, self.stored, None if value is None else _keys(state).seal(value, **self._place(row)))

    def _place(self, row: Any) -> _Place:
        if not row.id or not row.municipality:
            raise ValueError("a row with sealed columns is given its id and its municipality before it is flushed")
        name = inspect(type(row)).columns[self.stored].name
        return {"municipality": row.municipality, "table": row.__tablename__, "column": name, "row": row.id}


class Sealed(_SealedColumn[str]):
    """A sealed column that every row has."""


class SealedOptional(_SealedColumn[str | None]):
    """A sealed column that may be empty."""


def register_sealed(table: str, column: str) -> None:
    """Name a column that is sealed by hand, so that rotation and checking reach it too."""
    _by_hand.add((table, column))


def sealed_columns(mapped: registry = Base.registry) -> list[tuple[str, str]]:
    """Answer every sealed column, as its table and its name."""
    described = {
        (str(mapper.local_table.description), column)
        for mapper in mapped.mappers
        for column in _sealed_of(mapper).values()
    }
    return sorted(described | _by_hand)


def seal_values(session: Session, row: type[DeclarativeBase], values: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what the columns of a new row are to hold, from what its attributes would: what is sealed is sealed."""
    stored, sealed = dict(values), _sealed_of(inspect(row))
    for name in sealed.keys() & values.keys():
        text = stored.pop(name)
        place = _Place(
            municipality=values["municipality"], table=row.__tablename__, column=sealed[name], row=values["id"]
        )
        stored[sealed[name]] = None if text is None else _open(session.info.get(KEYS)).seal(text, **place)
    return stored


@cache
def _sealed_of(mapper: Mapper[Any]) -> dict[str, str]:
    """Answer the sealed attributes of a mapped class, and the columns that they stand in."""
    return {
        name: mapper.columns[attribute.stored].name
        for owner in mapper.class_.__mro__
        for name, attribute in vars(owner).items()
        if isinstance(attribute, _SealedColumn)
    }


def _state(row: object) -> InstanceState[Any]:
    return cast("InstanceState[Any]", inspect(row))


def _keys(state: InstanceState[Any]) -> Keys:
    keys = state.info.get(KEYS) or (state.session.info.get(KEYS) if state.session else None)
    return _open(keys)


def _open(keys: Keys | None) -> Keys:
    if keys is None:
        raise StartError("no keys are open, so nothing sealed can be read or written: open_keys comes first")
    return keys


def _remember(row: object, session: Session) -> None:
    keys = session.info.get(KEYS)
    if keys is not None:
        _state(row).info[KEYS] = keys


def _remember_at_load(row: object, context: Any) -> None:
    _remember(row, context.session)


def _seal_what_waits(_mapper: object, _connection: object, row: object) -> None:
    state = _state(row)
    assert state.session is not None
    _remember(row, state.session)
    waiting = state.info.get(_WAITING)
    if waiting:
        _keys(state)
        for attribute, plain in waiting.items():
            attribute.__set__(row, plain.text)
        del state.info[_WAITING]
