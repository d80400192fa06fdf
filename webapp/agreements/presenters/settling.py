"""The page on which the parties agree: what waits for the reader's yes, the rest, what is open, what is settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext

from webapp.agreements import catalogue
from webapp.agreements.current import Me
from webapp.agreements.domain.choices import choices
from webapp.agreements.domain.commitments import Commitment, Way, lacks_reserve, needed
from webapp.agreements.domain.comparison import compare
from webapp.agreements.domain.findings import Status
from webapp.agreements.domain.policy import Thing
from webapp.agreements.domain.states import Move
from webapp.agreements.models import ProposalRow, ReplyRow, TaskRow
from webapp.agreements.presenters.finding_words import ChoiceWords, choice_words
from webapp.agreements.presenters.naming import Names, listed, names_of
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.presenters.settled import Settled, settled_words
from webapp.agreements.queries import Whole
from webapp.content.current import library
from webapp.municipalities.domain.municipality import Contact
from webapp.web.i18n import language


@dataclass(frozen=True, slots=True)
class Line:
    """One task, and what is proposed or settled about it."""

    key: str
    title: str
    is_critical: bool
    lacks_reserve: bool
    number: int
    settled: Settled | None
    by: str
    accepted: str
    waits_for: str
    remarks: list[tuple[str, str]]
    is_mine: bool
    """The reader carries a part in it: it needs their own yes."""
    is_accepted: bool
    is_held: bool
    is_open: bool
    is_led: bool
    choices: list[ChoiceWords]
    """What can be proposed by one press, where nothing is proposed."""

    @property
    def waits_for_me(self) -> bool:
        """Tell whether it waits for the reader's own yes."""
        return self.settled is not None and self.is_mine and not self.is_accepted


@dataclass(frozen=True, slots=True)
class SettlingPage:
    """What stands on the page «Bli enige»."""

    base: str
    mine: list[Line]
    rest: list[Line]
    open: list[Line]
    settled: list[Line]
    missing: list[str]
    """The titles of what safety hangs on and that lacks a responsible or a reserve."""
    declined: list[tuple[str, str]]
    """Who did not sign, and why, where they have let the others read it."""
    can_change: bool
    can_lock: bool
    can_ask_to_lead: bool
    seen: int
    contact: Contact
    message: str


@dataclass(frozen=True, slots=True)
class News:
    """What a page that asks by itself is told: whether there is something new."""

    base: str
    has_news: bool


def settling_page(
    me: Me, found: Whole, numbers: Mapping[str, int], led: frozenset[str], *, seen: int, message: str = ""
) -> SettlingPage:
    """Make the page for one who is in it; `seen` is how much had happened, so that the page can ask for news."""
    names = names_of(found)
    ready = _choices(me, found, names)
    lines = [
        replace(
            _line(me, task, found, names, numbers.get(task.key, 0)), is_led=task.key in led,
            choices=ready.get(task.key, []),
        )
        for task in found.tasks
    ]  # fmt: skip
    lines.sort(key=lambda line: not line.lacks_reserve)
    rest = [line for line in lines if line.settled and not line.is_mine and not line.is_accepted and not line.is_held]
    mine = [line for line in lines if line.waits_for_me]
    undecided = [line for line in lines if line.settled is None]
    shown = {line.key for line in (*rest, *mine, *undecided)}
    return SettlingPage(
        base=base_of(me.row.id), mine=mine, rest=rest, open=undecided,
        settled=[line for line in lines if line.key not in shown],
        missing=[line.title for line in lines if line.lacks_reserve],
        declined=[
            (names[one.id], details.decline_reason) for one in found.people
            if (details := found.details[one.id]).decline_reason and details.is_reason_shared
        ],
        can_change=me.row.round_state == "settling",
        can_lock=me.may(Move.LOCK),
        can_ask_to_lead=me.row.is_with_municipality,
        seen=seen,
        contact=library().municipality.contact(me.row.office, language()),
        message=message,
    )  # fmt: skip


def _choices(me: Me, found: Whole, names: Names) -> dict[str, list[ChoiceWords]]:
    """Answer what can be done about each open finding that nothing is proposed about, for who sees the answers."""
    if not me.sees(Thing.ANSWERS):
        return {}
    stances = catalogue.stances(found.tasks)
    return {
        finding.task: [
            choice_words(one, names)
            for one in choices(finding, found.parties, found.expectations, stances.get(finding.task))
        ]
        for finding in compare(found.parties, found.rules, found.expectations, stances)
        if finding.task not in found.proposals and finding.status is not Status.UNANSWERED
    }


def _line(me: Me, task: TaskRow, found: Whole, names: Names, number: int) -> Line:
    proposal, commitment = found.proposals.get(task.key, (None, None))
    accepted = found.accepted_by(proposal) if proposal else frozenset[str]()
    return Line(
        key=task.key, title=catalogue.title_of(task), is_critical=task.is_critical,
        lacks_reserve=lacks_reserve(commitment, is_critical=task.is_critical),
        number=number,
        settled=settled_words(commitment, names) if commitment else None,
        by=_by(proposal, names),
        accepted=listed(accepted, names),
        waits_for=_waits_for(commitment, accepted, found, names),
        remarks=_remarks(found.replies.get(proposal.id, ()) if proposal else (), names),
        is_mine=commitment is not None and me.id in commitment.carriers,
        is_accepted=me.id in accepted,
        is_held=proposal is not None and proposal.state == "held",
        is_open=commitment is not None and commitment.way is Way.OPEN,
        is_led=False,
        choices=[],
    )  # fmt: skip


def _by(proposal: ProposalRow | None, names: Names) -> str:
    if proposal is None:
        return ""
    if proposal.is_in_meeting:
        return str(gettext("proposed in the meeting"))
    if proposal.by not in names:
        return str(gettext("your answers say the same"))
    return str(gettext("proposed by %(name)s", name=names[proposal.by]))


def _waits_for(commitment: Commitment | None, accepted: frozenset[str], found: Whole, names: Names) -> str:
    """Answer whose yes is still needed, in words; empty where it holds."""
    if commitment is None:
        return ""
    one_of, all_of = needed(commitment, found.parties)
    missing = all_of - accepted
    if one_of and not one_of & accepted:
        missing |= one_of
    return listed(missing, names)


def _remarks(replies: Sequence[ReplyRow], names: Names) -> list[tuple[str, str]]:
    return [(names.get(one.party, ""), one.words) for one in replies if one.words]
