"""The types a field of content may have: what each takes from a file, and what it refuses.

A type reads one YAML node and answers a plain value (text, number, list, mapping), or says what is wrong
and what is allowed. Scalars are read as they are written, so that `no` and `113` stay text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeAlias

from webapp.content.domain.conditions import ConditionError, parse
from webapp.kernel.language import LANGUAGES
from webapp.kernel.text import is_slug

UNSEEN = re.compile("[^\n -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What no content holds: tabs, control characters, line breaks of other systems."""

Value: TypeAlias = Any
Complain: TypeAlias = Callable[[int, str, str], None]
"""Takes a line number, the field's path and what is wrong with what is allowed."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single written value and the line it stands on."""

    text: str
    line: int


Node: TypeAlias = "Scalar | WrittenList | WrittenMapping"


@dataclass(frozen=True, slots=True)
class WrittenList:
    """A written list."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class WrittenMapping:
    """A written mapping, in the order of the file; a key that stands twice stands twice here."""

    items: tuple[tuple[Scalar, Node], ...]
    line: int


class FieldType(Protocol):
    """What every type of field can do."""

    def read(self, node: Node, at: str, complain: Complain) -> Value:
        """Answer the node as a plain value; complain of what is wrong and answer what can be kept."""
        ...


def unseen(character: str) -> str:
    """Answer what is wrong with a character that nobody can see."""
    return f"has the character U+{ord(character):04X}, which cannot be seen; allowed: letters, signs, spaces, LF"


def _scalar(node: Node, at: str, complain: Complain, allowed: str) -> str | None:
    if isinstance(node, Scalar):
        if found := UNSEEN.search(node.text):
            complain(node.line, at, unseen(found.group()))
        return node.text.strip()
    complain(node.line, at, f"is not a single value; allowed: {allowed}")
    return None


@dataclass(frozen=True, slots=True)
class Line:
    """Text on one line."""

    most: int = 200
    pattern: str = ""
    allowed: str = ""

    def read(self, node: Node, at: str, complain: Complain) -> Value:
        text = _scalar(node, at, complain, "one line of text")
        if text is None:
            return ""
        if not text:
            complain(node.line, at, "is empty; allowed: one line of text, or leave the field out")
        elif "\n" in text:
            complain(node.line, at, "has a line break; allowed: one line of text")
        elif len(text) > self.most:
            complain(node.line, at, f"has {len(text)} characters; allowed: at most {self.most}")
        elif self.pattern and not re.fullmatch(self.pattern, text):
            complain(node.line, at, f"is '{text}'; allowed: {self.allowed}")
        return text[: self.most]


@dataclass(frozen=True, slots=True)
class Text:
    """Markdown of one or more paragraphs."""

    most: int = 8000

    def read(self, node: Node, at: str, complain: Complain) -> Value:
        text = _scalar(node, at, complain, "text")
        if text is None:
            return ""
        if not text:
            complain(node.line, at, "is empty; allowed: text, or leave the field out")
        elif len(text) > self.most:
            complain(node.line, at, f"has {len(text)} characters; allowed: at most {self.most}")
        return text[: self.most]


def slug_line() -> Line:
    """Answer the type of a slug: small letters, digits and hyphens."""
    return Line(most=80, pattern=r"[a-z0-9]+(?:-[a-z0-9]+)*", allowed="small letters a–z, digits and hyphens")


def telephone_line() -> Line:
    """Answer the type of a telephone number as it is printed."""
    return Line(most=20, pattern=r"\+?\d[\d ]*\d", allowed="digits and spaces, as it is printed: 61 35 90 00")


def address_line() -> Line:
    """Answer the type of a web address that a page may link to."""
    return Line(most=300, pattern=r"https://[^\s<>\"]+", allowed="an address that begins with https://")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a fixed set of words."""

    options: tuple[str, ...]

    def read(self, node: Node, at: str, complain: Complain) -> Value:
        text = _scalar(node, at, complain, "one of " + ", ".join(self.options))
        if text is None:
            return ""
        if text not in self.options:
            complain(node.line, at, f"is '{text}'; allowed: {', '.join(self.options)}")
        return text


@dataclass(frozen=True, slots=True)
class When:
    """A condition: comparisons joined by and, or, not (`conditions.py`)."""

    def read(self, node: Node, at: str, complain: Complain) -> Value:
        text = _scalar(node, at, complain, "a condition like `q12 = yes or total >= 4`")
        if text is None:
            return ""
        try:
            parse(text)
        except ConditionError as error:
            complain(node.line, at, str(error))
        return text


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within limits."""

    least: int
    most: int

    def read(self, node: Node, at: str, complain: Complain) -> Value:
        text = _scalar(node, at, complain, f"a whole number from {self.least} to {self.most}")
        if text is None:
            return self.least
        if not re.fullmatch(r"-?\d{1,9}", text) or not self.least <= int(text) <= self.most:
            complain(node.line, at, f"is '{text}'; allowed: a whole number from {self.least} to {self.most}")
            return self.least
        return int(text)


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no, written true or false."""

    def read(self, node: Node, at: str, complain: Complain) -> Value:
        text = _scalar(node, at, complain, "true or false")
        if text not in {None, "true", "false"}:
            complain(node.line, at, f"is '{text}'; allowed: true, false")
        return text == "true"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Day:
    """A date, written 2026-11-22."""

    def read(self, node: Node, at: str, complain: Complain) -> Value:
        text = _scalar(node, at, complain, "a date like 2026-11-22")
        if text is None:
            return ""
        if not _is_day(text):
            complain(node.line, at, f"is '{text}'; allowed: a date like 2026-11-22")
        return text


@dataclass(frozen=True, slots=True)
class Ref:
    """The slug of another page of a kind; that it exists is checked when all files are read."""

    kind: str

    def read(self, node: Node, at: str, complain: Complain) -> Value:
        text = _scalar(node, at, complain, f"the slug of a page of the kind {self.kind}")
        if text is None:
            return ""
        if not is_slug(text):
            complain(node.line, at, f"is '{text}'; allowed: the slug of a page of the kind {self.kind}")
        return text


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of values of one type, each standing once."""

    of: FieldType
    least: int = 0
    most: int = 60

    def read(self, node: Node, at: str, complain: Complain) -> Value:
        if not isinstance(node, WrittenList):
            complain(node.line, at, "is not a list; allowed: a list, one line with a hyphen for each")
            return []
        if not self.least <= len(node.items) <= self.most:
            complain(node.line, at, f"has {len(node.items)} lines; allowed: {self.least} to {self.most}")
        values = []
        for number, item in enumerate(node.items[: self.most], start=1):
            value = self.of.read(item, f"{at}[{number}]", complain)
            if value in values:
                complain(item.line, f"{at}[{number}]", f"is '{value}' a second time; allowed: each once")
            values.append(value)
        return values


@dataclass(frozen=True, slots=True)
class Field:
    """One named field: its type, whether it must be there."""

    name: str
    type: FieldType
    required: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with fixed names."""

    fields: tuple[Field, ...]

    def read(self, node: Node, at: str, complain: Complain) -> Value:
        return read_fields(node, self.fields, complain, at=at)


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping from slugs to values of one type."""

    of: FieldType

    def read(self, node: Node, at: str, complain: Complain) -> Value:
        if not isinstance(node, WrittenMapping):
            complain(node.line, at, "is not a mapping; allowed: lines of `slug: value`")
            return {}
        values: dict[str, Value] = {}
        for key, item in node.items:
            place = f"{at}.{key.text}"
            if not is_slug(key.text):
                complain(key.line, place, "is no slug; allowed: small letters a–z, digits and hyphens")
            if key.text in values:
                complain(key.line, place, "stands twice; allowed: each once")
            values[key.text] = self.of.read(item, place, complain)
        return values


@dataclass(frozen=True, slots=True)
class Localised:
    """The same text in several languages; `nb` must be there."""

    of: FieldType

    def read(self, node: Node, at: str, complain: Complain) -> Value:
        fields = tuple(Field(language, self.of, required=language == "nb") for language in LANGUAGES)
        return read_fields(node, fields, complain, at=at)


def read_fields(node: Node, fields: Sequence[Field], complain: Complain, *, at: str = "") -> dict[str, Value]:
    """Read a mapping by its fields, in the fields' order; complain of unknown, doubled and missing ones."""
    if not isinstance(node, WrittenMapping):
        complain(node.line, at or "file", "is not a mapping; allowed: lines of `name: value`")
        return {}
    by_name = {field.name: field for field in fields}
    found: dict[str, Value] = {}
    for key, item in node.items:
        place = f"{at}.{key.text}" if at else key.text
        field = by_name.get(key.text)
        if field is None:
            complain(key.line, place, f"is unknown; allowed: {', '.join(by_name)}")
        elif key.text in found:
            complain(key.line, place, "stands twice; allowed: each once")
        else:
            found[key.text] = field.type.read(item, place, complain)
    for field in fields:
        if field.required and field.name not in found:
            complain(node.line, f"{at}.{field.name}" if at else field.name, "is missing; it is required")
    return {field.name: found[field.name] for field in fields if field.name in found}
