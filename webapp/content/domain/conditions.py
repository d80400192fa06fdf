"""When something counts: comparisons joined by `and`, `or`, `not`, as a professional can read them aloud.

    q12 = yes or total >= 4
    not (housing in ladder, stairs) and q1 >= 2

A name is a question's or a score's, or `band`. A comparison with what is not answered does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = "str | float | frozenset[str] | None"
"""An answer: the value of an option, a number, the values that were picked, or nothing."""

_TOKEN = re.compile(r"\s*(>=|<=|!=|=|>|<|\(|\)|,|[A-Za-zæøåÆØÅ0-9_][\w.-]*|-?\d+(?:\.\d+)?)")
_WORDS = frozenset({"and", "or", "not", "in"})
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
}


class ConditionError(ValueError):
    """A condition that cannot be read; the message says where and what is allowed."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a named value with others."""

    name: str
    sign: str
    wanted: tuple[str, ...]

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Tell whether the comparison is true of some values."""
        found = values.get(self.name)
        if found is None:
            return False
        if self.sign in _SIGNS:
            return not isinstance(found, frozenset) and _SIGNS[self.sign](_number(found), float(self.wanted[0]))
        if isinstance(found, frozenset):
            return found.isdisjoint(self.wanted) is (self.sign == "!=")
        return (_written(found) in self.wanted) is (self.sign != "!=")


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions joined by `and` or `or`, or one that is turned round by `not`."""

    word: str
    parts: tuple[Condition, ...]

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Tell whether the whole is true of some values."""
        if self.word == "not":
            return not self.parts[0].holds(values)
        wanted = self.word == "or"  # the first part that is so decides; a plain loop, for this is asked most often
        for part in self.parts:
            if part.holds(values) is wanted:
                return wanted
        return not wanted


Condition: TypeAlias = "Comparison | Joined"


def _number(value: str | float) -> float:
    try:
        return float(value)
    except ValueError:
        return float("nan")


def _written(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def names_in(condition: Condition) -> list[str]:
    """Answer the names that a condition speaks of, in their order, each once."""
    if isinstance(condition, Comparison):
        return [condition.name]
    return list(dict.fromkeys(name for part in condition.parts for name in names_in(part)))


def written(condition: Condition) -> str:
    """Answer a condition as a professional writes it; reading it again answers the same condition."""
    if isinstance(condition, Comparison):
        if len(condition.wanted) > 1:
            return f"{condition.name} in {', '.join(condition.wanted)}"
        return f"{condition.name} {condition.sign} {condition.wanted[0]}"
    parts = [f"({written(part)})" if _is_joined(part) else written(part) for part in condition.parts]
    return f"not {parts[0]}" if condition.word == "not" else f" {condition.word} ".join(parts)


def _is_joined(condition: Condition) -> bool:
    return isinstance(condition, Joined) and condition.word != "not"


def parse(text: str) -> Condition:
    """Read a condition; raise ConditionError where it is none."""
    reader = _Reader(_tokens(text))
    found = reader.either()
    if reader.rest:
        raise ConditionError(f"'{reader.rest[0]}' stands where the condition should end; allowed: and, or")
    return found


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise ConditionError(f"'{text[at:].strip()[:10]}' cannot be read; allowed: names, = != > >= < <= in, ( )")
        found.append(match.group(1))
        at = match.end()
    return found


class _Reader:
    """Reads words one after the other."""

    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens

    def take(self, allowed: str) -> str:
        if not self.rest:
            raise ConditionError(f"ends too early; allowed: {allowed}")
        return self.rest.pop(0)

    def is_next(self, word: str) -> bool:
        if self.rest[:1] == [word]:
            self.rest.pop(0)
            return True
        return False

    def either(self) -> Condition:
        parts = [self.both()]
        while self.is_next("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Joined("or", tuple(parts))

    def both(self) -> Condition:
        parts = [self.one()]
        while self.is_next("and"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else Joined("and", tuple(parts))

    def one(self) -> Condition:
        if self.is_next("not"):
            return Joined("not", (self.one(),))
        if self.is_next("("):
            found = self.either()
            if self.take(")") != ")":
                raise ConditionError("a bracket is not closed; allowed: )")
            return found
        return self.comparison()

    def comparison(self) -> Comparison:
        name = self.take("a name")
        if name in _WORDS or not re.match(r"[^\W\d]", name):
            raise ConditionError(f"'{name}' is no name; allowed: a question, a score, or band")
        sign = self.take("= != > >= < <= in")
        if sign == "in":
            wanted = [self.value()]
            while self.is_next(","):
                wanted.append(self.value())
            return Comparison(name, "=", tuple(wanted))
        if sign not in {"=", "!=", *_SIGNS}:
            raise ConditionError(f"'{sign}' is no comparison; allowed: = != > >= < <= in")
        wanted_value = self.value()
        if sign in _SIGNS and not re.fullmatch(r"-?\d+(?:\.\d+)?", wanted_value):
            raise ConditionError(f"'{wanted_value}' is no number; allowed after {sign}: a number")
        return Comparison(name, sign, (wanted_value,))

    def value(self) -> str:
        found = self.take("a value")
        if found in _WORDS or not re.match(r"[\w-]", found):
            raise ConditionError(f"'{found}' is no value; allowed: the value of an option, or a number")
        return found
