"""What werkzeug makes of a route, kept for all applications of a process: every test makes the same ones anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from werkzeug.routing import Rule, rules

_compile = Rule._compile_builder
_compiled: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}


def _compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002
    """Answer what writes a route's address: it is made of nothing but what the route says, and bound to it later."""
    defaults = sorted((rule.defaults or {}).items())
    key = (rule.rule, *rule._trace, *defaults, append_unknown)
    if key not in _compiled:
        _compiled[key] = _compile(rule, append_unknown)
    return _compiled[key]


def share() -> None:
    """Let werkzeug compile each route once a process."""
    Rule._compile_builder = _compile_once  # type: ignore[assignment]
    rules.parse_converter_args = lru_cache(rules.parse_converter_args)
