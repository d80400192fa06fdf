"""What an editor has written: a tree of texts as a form sends it, and the way from and to the values of a page.

A draft keeps this tree and not the values, so that what is not yet right is kept as it was written. It has one shape
for each type of field: text for a single value, a list for a list, a mapping for a record or for languages, and for
a table a list of `key` and `value`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from webapp.content.domain.fields import (
    Choice,
    Field,
    FieldType,
    Flag,
    Listing,
    Localised,
    Node,
    Record,
    Ref,
    Scalar,
    Table,
    Text,
    Whole,
    WrittenList,
    WrittenMapping,
    read_fields,
)
from webapp.kernel.language import LANGUAGES
from webapp.kernel.text import without_hidden

Raw: TypeAlias = Any
MOST_ROWS = 2000
FEW = 12
"""So many whole numbers can be shown as boxes to tick."""
ADDED = "+"
"""Ends the name of the field by which something is added to a list of pages."""
COUNT = "#"
"""Ends the name of the field that says how many rows a list has."""


_PICKED = re.compile(r".*\(([a-z0-9-]+)\)")


class Form(Protocol):
    """What was posted, as the web hands it over."""

    def getlist(self, name: str) -> list[str]:
        """Answer all values of a name."""
        ...


def is_ticked(field_type: FieldType) -> bool:
    """Tell whether a list is shown as boxes to tick: its values are few and known."""
    match field_type:
        case Listing(of=Choice()):
            return True
        case Listing(of=Whole(least=least, most=most)):
            return most - least < FEW
    return False


def is_of_lines(field_type: FieldType) -> bool:
    """Tell whether a list is written one value a line."""
    match field_type:
        case Listing(of=Record() | Table() | Localised() | Listing() | Ref() | Text()):
            return False
        case Listing():
            return not is_ticked(field_type)
    return False


def is_of_lists(field_type: FieldType) -> bool:
    """Tell whether a list of lists is written one list a line, with commas between."""
    match field_type:
        case Listing(of=Listing(of=inside)):
            return is_of_lines(Listing(inside))
    return False


def raw_of(value: Any, field_type: FieldType) -> Raw:
    """Answer a value of a page as an editor finds it; None is a value that is not there."""
    match field_type:
        case Record(fields=fields):
            return raw_fields(value or {}, fields)
        case Localised(of=of):
            return {language: raw_of((value or {}).get(language), of) for language in LANGUAGES}
        case Table(of=of):
            return [{"key": key, "value": raw_of(item, of)} for key, item in (value or {}).items()]
        case Listing(of=of):
            return [raw_of(item, of) for item in value or ()]
        case Flag():
            return "" if value is None else str(value).lower()
    return "" if value is None else str(value)


def raw_fields(values: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Raw]:
    """Answer the values of a page part as an editor finds them."""
    return {field.name: raw_of(values.get(field.name), field.type) for field in fields}


def is_blank(raw: Raw) -> bool:
    """Tell whether nothing at all is written."""
    if isinstance(raw, Mapping):
        return all(map(is_blank, raw.values()))
    if isinstance(raw, list):
        return all(map(is_blank, raw))
    return not str(raw).strip()


def cleaned(text: str) -> str:
    """Answer a text with plain line ends, and without what no keyboard writes; tabs become spaces."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return without_hidden(plain.replace("\u2028", "\n").replace("\u2029", "\n\n").replace("\ufeff", ""))


def posted(form: Form, fields: Sequence[Field], at: str, before: Mapping[str, Raw]) -> dict[str, Raw]:
    """Answer what was posted for fields; lists of pages and boxes keep the order that they had before."""
    return {field.name: _posted(form, field.type, f"{at}.{field.name}", before.get(field.name)) for field in fields}


def _posted(form: Form, field_type: FieldType, at: str, before: Raw) -> Raw:  # noqa: PLR0911 -- one a type of field
    match field_type:
        case Record(fields=fields):
            return posted(form, fields, at, before if isinstance(before, Mapping) else {})
        case Localised(of=of):
            known = before if isinstance(before, Mapping) else {}
            return {language: _posted(form, of, f"{at}.{language}", known.get(language)) for language in LANGUAGES}
        case Listing(of=Ref()):
            return _in_old_order([*form.getlist(at), *form.getlist(at + ADDED)], before)
        case Listing() if is_ticked(field_type):
            return _in_old_order(form.getlist(at), before)
        case Listing() if is_of_lines(field_type):
            return _parts(cleaned(_first(form, at)), "\n")
        case Listing() if is_of_lists(field_type):
            return [_parts(line, ",") for line in _parts(cleaned(_first(form, at)), "\n")]
        case Listing(of=of) | Table(of=of):
            rows = before if isinstance(before, list) else []
            pairs = Record((Field("key", Choice(())), Field("value", of))) if isinstance(field_type, Table) else of
            return [
                _posted(form, pairs, f"{at}.{number}", rows[number] if number < len(rows) else None)
                for number in range(_rows(_first(form, at + COUNT)))
            ]
    return cleaned(_first(form, at))


def _named(value: str) -> str:
    """Answer the slug of a page that was picked by its title, written `Title (slug)`; any other text as it is."""
    found = _PICKED.fullmatch(value)
    return found.group(1) if found else value


def _parts(text: str, mark: str) -> list[str]:
    return [part.strip() for part in text.split(mark) if part.strip()]


def _first(form: Form, name: str) -> str:
    return next(iter(form.getlist(name)), "")


def _rows(told: str) -> int:
    return min(int(told), MOST_ROWS) if told and told.isascii() and told.isdecimal() and len(told) < 6 else 0


def _in_old_order(chosen: Sequence[str], before: Raw) -> list[str]:
    wanted = dict.fromkeys(_named(cleaned(value).strip()) for value in chosen)
    known = [value for value in before or () if value in wanted] if isinstance(before, list) else []
    return list(dict.fromkeys([*known, *(value for value in wanted if value)]))


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not right in what was written: the name of its field in the form, its type, what is wrong."""

    at: str
    type: FieldType
    is_missing: bool
    message: str


@dataclass(frozen=True, slots=True)
class Read:
    """The values that were written, and what is not right in them."""

    fields: dict[str, Any]
    faults: tuple[Fault, ...]


def read(raw: Mapping[str, Raw], fields: Sequence[Field], at: str, base: Mapping[str, Any] | None = None) -> Read:
    """Read what was written by the very rules by which files are read; what is blank is not there.

    `base` is what the form was filled with: what nobody touched is that, to the letter.
    """
    places: list[tuple[str, FieldType]] = [(at, Record(tuple(fields)))]
    node = _node(raw, Record(tuple(fields)), at, places) or WrittenMapping((), 0)
    faults: list[Fault] = []

    def complain(number: int, where: str, message: str) -> None:
        place, field_type = places[number] if number < len(places) else places[0]
        is_missing = message.startswith("is missing")
        if is_missing:
            name = where.rsplit(".", 1)[-1]
            place, field_type = f"{place}.{name}", _inside(field_type, name)
        faults.append(Fault(place, field_type, is_missing, message))

    found = read_fields(node, fields, complain)
    known = base or {}
    untouched = {
        field.name: known[field.name] for field in fields
        if field.name in known and raw.get(field.name) == raw_of(known[field.name], field.type)
    }  # fmt: skip
    return Read({**found, **untouched}, tuple(faults))


def _inside(field_type: FieldType, name: str) -> FieldType:
    match field_type:
        case Record(fields=fields):
            return next((field.type for field in fields if field.name == name), field_type)
        case Localised(of=of):
            return of
    return field_type


def _node(raw: Raw, field_type: FieldType, at: str, places: list[tuple[str, FieldType]]) -> Node | None:
    """Answer what was written as the reader of files takes it; the "line" of a node is the number of its place."""
    if is_blank(raw):
        return None
    number = len(places)
    places.append((at, field_type))
    match field_type:
        case Record(fields=fields):
            made = _mapping([(field.name, raw.get(field.name, ""), field.type) for field in fields], at, number, places)
            return _with_empty_tables(made, fields, number)
        case Localised(of=of):
            return _mapping([(code, raw.get(code, ""), of) for code in LANGUAGES], at, number, places)
        case Table(of=of):
            rows = [(row.get("key", "").strip(), row.get("value", "")) for row in raw]
            items = [
                (Scalar(key, number), node) for index, (key, value) in enumerate(rows)
                if (node := _node(value, of, f"{at}.{index}.value", places)) is not None
            ]  # fmt: skip
            return WrittenMapping(tuple(items), number)
        case Listing(of=of):
            is_whole = (
                is_ticked(field_type) or is_of_lines(field_type) or isinstance(of, Ref) or is_of_lists(field_type)
            )
            nodes = [_node(item, of, at if is_whole else f"{at}.{index}", places) for index, item in enumerate(raw)]
            return WrittenList(tuple(node for node in nodes if node is not None), number)
    return Scalar(str(raw), number)


def _with_empty_tables(made: WrittenMapping, fields: Sequence[Field], number: int) -> WrittenMapping:
    """An example of a self-check may have no answers at all: a row that is there has its table, empty or not."""
    there = {name.text for name, _ in made.items}
    empty = [
        (Scalar(field.name, number), WrittenMapping((), number)) for field in fields
        if number and field.required and isinstance(field.type, Table) and field.name not in there
    ]  # fmt: skip
    return WrittenMapping((*made.items, *empty), number)


def _mapping(
    items: Sequence[tuple[str, Raw, FieldType]], at: str, number: int, places: list[tuple[str, FieldType]]
) -> WrittenMapping:
    nodes = [(name, _node(raw, field_type, f"{at}.{name}", places)) for name, raw, field_type in items]
    return WrittenMapping(tuple((Scalar(name, number), node) for name, node in nodes if node is not None), number)


def changed_rows(raw: Mapping[str, Raw], handling: str, at: str) -> tuple[dict[str, Raw], str]:
    """Answer what was written after a button of a list: a row more, one less, or one moved up; and where to look.

    Anything else than such a button changes nothing.
    """
    act, _, path = handling.partition(":")
    names = path.removeprefix(f"{at}.").split(".")
    copy = _copied(raw)
    if act not in _ACTS or not path.startswith(f"{at}."):
        return copy, ""
    inside: Any = copy
    for name in names if act == "ny-rad" else names[:-1]:
        inside = _step(inside, name)
    number = len(inside) if act == "ny-rad" and isinstance(inside, list) else _number(names[-1])
    if not isinstance(inside, list) or not 0 <= number < max(len(inside), 1) + (act == "ny-rad"):
        return copy, ""
    return copy, path if _ACTS[act](inside, number) else ""


def _step(inside: Any, name: str) -> Any:
    if isinstance(inside, list):
        number = _number(name)
        return inside[number] if 0 <= number < len(inside) else None
    return inside.get(name) if isinstance(inside, dict) else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else -1


def _add(rows: list[Any], _number: int) -> bool:
    if len(rows) < MOST_ROWS:
        rows.append("")
    return True


def _remove(rows: list[Any], number: int) -> bool:
    if number < len(rows):
        rows.pop(number)
    return True


def _raise(rows: list[Any], number: int) -> bool:
    if 0 < number < len(rows):
        rows[number - 1], rows[number] = rows[number], rows[number - 1]
    return True


_ACTS: dict[str, Callable[[list[Any], int], bool]] = {"ny-rad": _add, "fjern": _remove, "opp": _raise}


def each_text(raw: Mapping[str, Raw], change: Callable[[str], str]) -> dict[str, Raw]:
    """Answer what was written with every single text in it changed."""
    return {name: _changed(value, change) for name, value in raw.items()}


def _changed(raw: Raw, change: Callable[[str], str]) -> Raw:
    if isinstance(raw, Mapping):
        return each_text(raw, change)
    return [_changed(value, change) for value in raw] if isinstance(raw, list) else change(str(raw))


def _copied(raw: Raw) -> Any:
    return _changed(raw, str)
