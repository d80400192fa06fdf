"""From draft to publication: who may do what next, and when a second pair of eyes is needed (RE-1, RE-1b)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from webapp.content.domain.kind import COMMON
from webapp.kernel.errors import ConflictError, InvalidError, NotAllowedError


class State(StrEnum):
    """Where a draft stands."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"


class Act(StrEnum):
    """What can be done with a draft."""

    SAVE = "save"
    SEND = "send"
    APPROVE = "approve"
    RETURN = "return"
    SCHEDULE = "schedule"
    CANCEL = "cancel"
    PUBLISH = "publish"


NEXT: Mapping[tuple[State, Act], State] = {
    **{(state, Act.SAVE): State.DRAFT for state in State},
    (State.DRAFT, Act.SEND): State.REVIEW,
    (State.REVIEW, Act.APPROVE): State.APPROVED,
    (State.REVIEW, Act.RETURN): State.DRAFT,
    (State.APPROVED, Act.RETURN): State.DRAFT,
    (State.APPROVED, Act.SCHEDULE): State.SCHEDULED,
    (State.DRAFT, Act.SCHEDULE): State.SCHEDULED,
    (State.SCHEDULED, Act.CANCEL): State.DRAFT,
}
"""Every step that there is; what is saved anew has to be looked at anew."""

WATCHED: Mapping[tuple[str, bool], frozenset[str]] = {
    ("selfcheck", True): frozenset({"questions", "scores", "bands", "advice", "flags"}),
    ("consent", True): frozenset({"text"}),
    ("task", True): frozenset({"stance", "needs_decision", "critical", "alternatives"}),
    ("task", False): frozenset({"exception"}),
    ("service", True): frozenset({"asks", "needs_decision"}),
    ("service", False): frozenset({"criteria", "does_not", "asks"}),
}
"""Kind, and whether it is the part that all languages share → the fields that two people always look at."""

SETTINGS = frozenset({
    "number", "name", "hosts", "languages", "neighbours", "selfchecks", "closed", "picture", "accent", "arms",
    "retention", "signing", "notice", "four_eyes", "attachments", "fictional",
})  # fmt: skip
"""The facts of a municipality that are settings: who keeps them is the administrator."""


def state_after(state: State, act: Act) -> State:
    """Answer where a draft stands after an act; raise ConflictError where it cannot be done from here."""
    if (state, act) not in NEXT:
        raise ConflictError
    return NEXT[state, act]


def watched(kind: str, language: str, changed: Collection[str]) -> list[str]:
    """Answer which of the fields that were changed two people always look at."""
    always = WATCHED.get((kind, language == COMMON), frozenset())
    return sorted(always & set(changed))


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Answer the names of the fields that differ."""
    return [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]


def needs_approval(*, is_shared: bool, is_wanted: bool, watched_fields: Collection[str]) -> bool:
    """Tell whether somebody else must approve: the municipality wants it, all share it, or lives depend on it."""
    return is_shared or is_wanted or bool(watched_fields)


def require_other(authors: Iterable[str], who: str) -> None:
    """Refuse to let somebody approve what they have written a part of themselves."""
    if who in set(authors):
        raise NotAllowedError("nobody approves their own draft")


def require_publishable(state: State, *, is_approval_needed: bool) -> None:
    """Refuse to publish what has not been approved, where it has to be."""
    if state is State.REVIEW or (is_approval_needed and state is State.DRAFT):
        raise ConflictError


def require_future(at: datetime, now: datetime) -> None:
    """Refuse to publish in the past."""
    if at <= now:
        raise InvalidError("a time that has passed")
