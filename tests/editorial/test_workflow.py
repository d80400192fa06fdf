"""From draft to publication: each step from where it can be taken, and two pairs of eyes where lives depend on it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from tests.conftest import NOON
from webapp.content.domain.kind import COMMON
from webapp.content.domain.kinds import KINDS
from webapp.editorial.domain.reviewing import Level, level
from webapp.editorial.domain.workflow import (
    NEXT,
    WATCHED,
    Act,
    State,
    changed_fields,
    needs_approval,
    require_future,
    require_other,
    require_publishable,
    state_after,
    watched,
)
from webapp.kernel.errors import ConflictError, InvalidError, NotAllowedError


@pytest.mark.parametrize(("state", "act"), sorted(set(product(State, Act)) - set(NEXT)))
def test_what_is_no_step_is_refused(state: State, act: Act) -> None:
    with pytest.raises(ConflictError):
        state_after(state, act)


@pytest.mark.parametrize("state", State)
def test_what_is_written_anew_has_to_be_looked_at_anew(state: State) -> None:
    assert state_after(state, Act.SAVE) is State.DRAFT


def test_a_draft_goes_by_review_to_approved_or_back() -> None:
    assert state_after(State.DRAFT, Act.SEND) is State.REVIEW
    assert state_after(State.REVIEW, Act.APPROVE) is State.APPROVED
    assert state_after(State.REVIEW, Act.RETURN) is State.DRAFT


@pytest.mark.parametrize(
    ("kind", "language", "field"),
    [("task", COMMON, "stance"), ("task", "nb", "exception"), ("service", "nb", "criteria"),
     ("service", "en", "does_not"), ("service", COMMON, "asks"), ("service", "nb", "asks"),
     ("selfcheck", COMMON, "advice"), ("selfcheck", COMMON, "flags")],
)  # fmt: skip
def test_what_lives_depend_on_is_always_looked_at_by_two(kind: str, language: str, field: str) -> None:
    assert watched(kind, language, [field, "title"]) == [field]
    assert needs_approval(is_shared=False, is_wanted=False, watched_fields=[field])


def test_what_is_watched_are_fields_that_there_are() -> None:
    for (kind, is_common), names in WATCHED.items():
        fields = KINDS[kind].common if is_common else KINDS[kind].texts
        assert names <= {field.name for field in fields}, kind


def test_anything_else_is_approved_only_where_all_share_it_or_it_is_wanted() -> None:
    assert watched("entry", "nb", ["short"]) == []
    assert not needs_approval(is_shared=False, is_wanted=False, watched_fields=[])
    assert needs_approval(is_shared=True, is_wanted=False, watched_fields=[])
    assert needs_approval(is_shared=False, is_wanted=True, watched_fields=[])


def test_nobody_approves_their_own() -> None:
    with pytest.raises(NotAllowedError):
        require_other(["fjordvik/a", "fjordvik/b"], "fjordvik/b")
    require_other(["fjordvik/a"], "dalsbygd/a")


def test_what_waits_for_approval_is_not_published() -> None:
    for state in (State.DRAFT, State.REVIEW):
        with pytest.raises(ConflictError):
            require_publishable(state, is_approval_needed=True)
    with pytest.raises(ConflictError):
        require_publishable(State.REVIEW, is_approval_needed=False)
    require_publishable(State.DRAFT, is_approval_needed=False)
    require_publishable(State.APPROVED, is_approval_needed=True)


def test_nothing_is_published_in_the_past() -> None:
    for at in (NOON, NOON - timedelta(seconds=1)):
        with pytest.raises(InvalidError):
            require_future(at, NOON)
    require_future(NOON + timedelta(seconds=1), NOON)


def test_a_field_that_came_went_or_is_another_has_changed() -> None:
    assert changed_fields({"a": 1, "b": 2, "c": 3}, {"b": 2, "c": 4, "d": 5}) == ["a", "c", "d"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-31, Level.NONE), (-30, Level.SOON), (-1, Level.SOON), (0, Level.DUE), (29, Level.DUE), (30, Level.LATE),
     (89, Level.LATE), (90, Level.VERY_LATE)],
)  # fmt: skip
def test_reminders_rise_with_the_days(days: int, expected: Level) -> None:
    due = date(2026, 11, 22)
    assert level(due, due + timedelta(days=days)) is expected
