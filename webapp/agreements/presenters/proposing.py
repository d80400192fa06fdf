"""The screen of one proposal, and the page on which two proposals that were made at once stand side by side."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from webapp.agreements import catalogue
from webapp.agreements.current import Me
from webapp.agreements.domain.commitments import Commitment
from webapp.agreements.domain.parties import MUNICIPALITY
from webapp.agreements.domain.policy import Thing
from webapp.agreements.domain.states import RoundState
from webapp.agreements.models import TaskRow
from webapp.agreements.presenters.finding_words import answer_words
from webapp.agreements.presenters.naming import Names, names_of
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.presenters.settled import Settled, settled_words
from webapp.agreements.queries import Whole
from webapp.kernel.text import capital

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ProposePage:
    """The screen on which a solution is proposed for one task."""

    base: str
    action: str
    title: str
    is_critical: bool
    seen: int
    now: Settled | None
    said: Pairs
    can_ask_to_lead: bool
    is_let_go: bool
    """What the reader said something about is nobody's any more: what they wrote stands in the form, not noted."""


@dataclass(frozen=True, slots=True)
class BothPage:
    """Two wrote at once: both texts, and one button each; what is kept in hidden fields is sent by its button."""

    base: str
    heading: str
    theirs: Pairs
    mine: Pairs
    action: str
    keep_words: str
    keep_action: str
    keep_fields: Pairs
    mine_words: str
    mine_fields: Pairs
    is_over: bool = False
    """It is no longer being settled: what was written can be read, and not sent from here."""


def people_to_choose(me: Me, found: Whole, names: Names) -> Pairs:
    """Answer who can take something on: the people, and the municipality where it is a party."""
    here = [(one.id, names[one.id]) for one in found.people if one.left_at is None]
    return [*here, *([(MUNICIPALITY, capital(names[MUNICIPALITY]))] if me.row.is_with_municipality else [])]


def propose_page(me: Me, task: TaskRow, found: Whole, number: int, *, is_let_go: bool = False) -> ProposePage:
    """Make the screen of a proposal about one task."""
    names, base = names_of(found), base_of(me.row.id)
    proposal = found.proposals.get(task.key)
    return ProposePage(
        base=base, action=f"{base}/enighet/{task.key}", title=catalogue.title_of(task), is_critical=task.is_critical,
        seen=number, now=settled_words(proposal[1], names) if proposal else None,
        said=_said(task, found, names) if me.sees(Thing.ANSWERS) else [],
        can_ask_to_lead=me.row.is_with_municipality, is_let_go=is_let_go,
    )  # fmt: skip


def _said(task: TaskRow, found: Whole, names: Names) -> Pairs:
    here = [one.id for one in found.people if one.left_at is None]
    return [
        (names[one], answer_words(one, answer.expectation, names))
        for one in here if (answer := found.answers.get((one, task.key)))
    ]  # fmt: skip


def both_page(
    me: Me, task: TaskRow, found: Whole, number: int, *, mine: Commitment | None, words: str, posted: Pairs
) -> BothPage:
    """Make the page for one whose proposal, or word about an older one, met another that came first.

    `number` is the newest proposal's, which may have been let go by now; `posted` is the form of the later one.
    """
    names, base, seen = names_of(found), base_of(me.row.id), ("seen", str(number))
    proposal, theirs = found.proposals.get(task.key, (None, None))
    who = names.get(proposal.by if proposal else "", gettext("your answers"))
    now = settled_words(theirs, names) if theirs else None
    text = _text(settled_words(mine, names)) if mine else words
    remark = [("handling", "merknad"), ("task", task.key), ("words", words), seen]
    return BothPage(
        base=base,
        heading=catalogue.title_of(task),
        theirs=[
            (gettext("Proposed by %(name)s, just now", name=who), _text(now))
            if now
            else (gettext("Just now"), gettext("Nobody has this yet."))
        ],
        mine=[(gettext("What you wrote"), text)] if text else [],
        action=f"{base}/enighet/{task.key}" if mine else f"{base}/enighet",
        keep_words=gettext("Say yes to what %(name)s proposed", name=who) if now else gettext("Leave it as it is now"),
        keep_action=f"{base}/enighet" if now else "",
        keep_fields=[("handling", "ja"), ("task", task.key), seen],
        mine_words=gettext("Propose mine in its place") if mine else gettext("Send my remark to the new proposal"),
        mine_fields=[*posted, seen] if mine else remark,
        is_over=me.row.round_state != RoundState.SETTLING,
    )


def _text(settled: Settled) -> str:
    return " · ".join([settled.what, *settled.more, *([settled.note] if settled.note else [])])
