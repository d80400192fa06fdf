"""A small model of codes and the code itself agree on who gets in, whatever is done in whatever order (L3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import NOON
from tests.factories.outbox import with_keys
from tests.identity.ways import HOUR, MINUTE, Way, invitation
from webapp.identity.domain.codes import Channel
from webapp.kernel.clock import FixedClock
from webapp.settings import load
from webapp.storage import schema
from webapp.storage.session import Database


@dataclass
class ModelCode:
    """A code as a person thinks of it."""

    value: str
    browser: str | None
    at: datetime
    tries: int = 0
    over: bool = False


@dataclass
class Model:
    """Who may come in, in the words of the requirements."""

    link_at: datetime
    codes: list[ModelCode] = field(default_factory=list)

    def may_send(self, now: datetime) -> bool:
        """At most three are sent in an hour since the newest link."""
        since = max(self.link_at, now - HOUR)
        return sum(code.browser is not None and code.at > since for code in self.codes) < 3

    def add(self, value: str, browser: str | None, now: datetime) -> None:
        """The newest of a browser counts, and the newest that was handed over."""
        for code in self.codes:
            code.over = code.over or code.browser == browser
        self.codes.append(ModelCode(value, browser, now))

    def attempt(self, browser: str, written: str, now: datetime) -> str:
        """At most five tries at a code and fifteen at those of a day; ten minutes, or a week by hand; once."""
        since = max(self.link_at, now - timedelta(days=1))
        if sum(code.tries for code in self.codes if code.at > since) >= 15:
            return "too many"
        whose = browser if len(written) == 6 else None
        for code in self.codes:
            if code.browser != whose or code.over:
                continue
            life = 10 * MINUTE if code.browser else timedelta(days=7)
            if code.tries >= 5 or now >= code.at + life:
                code.over = True
                continue
            code.tries += 1
            if code.value == written:
                code.over = True
                return "in"
        return "wrong"


BROWSERS = st.sampled_from(["mine", "another"])
STEPS = st.one_of(
    st.tuples(st.just("send"), BROWSERS),
    st.tuples(st.just("hand over"), st.just("")),
    st.tuples(st.just("right"), BROWSERS),
    st.tuples(st.just("older"), BROWSERS),
    st.tuples(st.just("anothers"), BROWSERS),
    st.tuples(st.just("handed"), BROWSERS),
    st.tuples(st.just("wrong"), BROWSERS),
    st.tuples(st.just("wait"), st.sampled_from(["1", "9", "10", "61", "1500", "10000"])),
    st.tuples(st.just("new link"), st.just("")),
)


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all examples: each has an invitation of its own."""
    folder = tmp_path_factory.mktemp("ways")
    of = load({"AVKLART_DATA": str(folder)})
    database = Database(of.database_url)
    schema.migrate(database)
    yield with_keys(database, of, FixedClock(NOON))
    database.close()


def written_for(step: str, browser: str, model: Model) -> str:
    """Answer what somebody writes in a step."""
    sent = [code.value for code in model.codes if code.browser == browser]
    others = [code.value for code in model.codes if code.browser not in {browser, None}]
    handed = [code.value for code in model.codes if code.browser is None]
    found = {"right": sent[-1:], "older": sent[-2:-1], "anothers": others[-1:], "handed": handed[-1:]}
    return next(iter(found.get(step, [])), "999999")


SPENT = [("send", "mine"), *[("wrong", "mine")] * 5, ("right", "mine")]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=40))
@example([*SPENT * 3, ("wait", "61"), ("send", "mine"), ("right", "mine"), ("new link", ""), *SPENT[::6]])
@example([("hand over", ""), ("send", "mine"), *[("wrong", "mine")] * 5, ("handed", "another"), ("handed", "mine")])
@example([("send", "mine"), ("send", "another"), ("right", "mine"), ("right", "another"), ("right", "mine")])
@example([("send", "mine"), ("send", "mine"), ("older", "mine"), ("wait", "9"), ("right", "mine")])
def test_a_small_model_and_the_code_agree_on_who_gets_in(ways: Database, steps: list[tuple[str, str]]) -> None:
    at = NOON
    way, model = Way(ways, invitation(ways, at)), Model(at)
    for number, (step, what) in enumerate(steps):
        at += timedelta(seconds=1)
        if step == "send":
            may, value = model.may_send(at), f"{number:06d}"
            assert way.send(what, value, at) is may, step
            if may:
                model.add(value, what, at)
        elif step == "hand over":
            value = f"K7M4PX{number:02d}"
            assert way.send(None, value, at, Channel.HANDED)
            model.add(value, None, at)
        elif step == "wait":
            at += int(what) * MINUTE
        elif step == "new link":
            way.new_link(at)
            model.link_at = at
        else:
            written = written_for(step, what, model)
            assert way.attempt(what, written, at) == model.attempt(what, written, at), (number, step)
