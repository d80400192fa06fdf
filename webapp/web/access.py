"""Who may use a route: every route names exactly one rule, and the registry of rules is what tests read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

_RULES = "__avklart_rule__"


@dataclass(frozen=True, slots=True)
class Rule:
    """How a route may be used: by whom, whether it may be cached, by which parameters it differs."""

    who: str
    cached: bool
    parameters: frozenset[str]
    fragments: bool


def public(*, cached: bool = True, parameters: tuple[str, ...] = (), fragments: bool = False) -> Callable[[View], View]:
    """Open a route to everyone, without a cookie.

    `cached`: the page is the same for all readers of a content version and is kept. `parameters`: the query
    parameters by which the kept page may differ. `fragments`: the route answers htmx with a part of its page.
    """

    def mark(view: View) -> View:
        setattr(view, _RULES, Rule("public", cached, frozenset(parameters), fragments))
        return view

    return mark


def operator(view: View) -> View:
    """Keep a route for the operator's own tools; it answers on any host and says nothing of content."""
    setattr(view, _RULES, Rule("operator", cached=False, parameters=frozenset(), fragments=False))
    return view


def rule_of(view: Callable[..., Any] | None) -> Rule | None:
    """Answer the rule of a view function, or None where it has none."""
    return getattr(view, _RULES, None)
