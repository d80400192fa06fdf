"""The sentences of a finding: what each of them answered, why it is open, the choices, and what to say aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString, gettext

from webapp.agreements.domain.choices import Choice, Option, Point
from webapp.agreements.domain.commitments import Way
from webapp.agreements.domain.expectations import PRIVATE, VOLUNTEER, Expectation, OwnPart
from webapp.agreements.domain.findings import Finding, Reason, Status
from webapp.agreements.domain.parties import MUNICIPALITY
from webapp.agreements.presenters.naming import Names, listed
from webapp.agreements.words import FREQUENCIES, OWN_PARTS
from webapp.web.i18n import lazy_gettext as _

_PARTS: Mapping[OwnPart, LazyString] = {
    OwnPart.PARTLY: _("now and then themselves"),
    OwnPart.CANNOT: _("cannot themselves"),
    OwnPart.UNSURE: _("not sure about doing it"),
    OwnPart.AFTER_DECISION: _("after an application"),
}
_REASONS: Mapping[Reason, LazyString] = {
    Reason.WHO: _("You name different people."),
    Reason.HOW_OFTEN: _("You see differently how often."),
    Reason.ONLY_PARTLY: _("Somebody who is named can only do it now and then."),
    Reason.CANNOT: _("Somebody who is named cannot."),
    Reason.UNSURE: _("Somebody is not sure."),
    Reason.NOT_SAID: _("Somebody who is named has not said whether they can."),
    Reason.UNKNOWN: _("Somebody does not know who should do it."),
    Reason.RELEVANCE: _("Some of you think it is needed, others do not."),
}
_POINTS: Mapping[Point, LazyString] = {
    Point.WANTS: _("has said yes to doing it"),
    Point.NOW_AND_THEN: _("can now and then"),
    Point.ALONE: _("it all hangs on one person"),
    Point.LIGHTER: _("lighter for each of you"),
    Point.MUST_PLAN: _("you must agree on who comes when"),
    Point.SAME_PEOPLE: _("the municipality normally does this for those who need it"),
    Point.WRITTEN_ANSWER: _("you get a written answer, and you can complain"),
    Point.TAKES_TIME: _("it takes time, and you need a solution until then"),
    Point.USUALLY_NO: _("the municipality normally says no"),
    Point.QUICK: _("quick to begin with"),
    Point.COSTS: _("it costs money"),
    Point.COMPANY: _("company as well as help"),
    Point.IN_ADDITION: _("volunteers come in addition, and not always"),
    Point.NO_HURRY: _("you need not decide now"),
    Point.NOBODY_YET: _("nobody does it in the meantime"),
    Point.UNSAFE: _("safety hangs on this: agree on who does it until then"),
}
_SAY: Mapping[Status, tuple[LazyString, LazyString]] = {
    Status.DIFFERENT: (
        _("“%(task)s: we see this in different ways, and that is all right. What is hard about it now?”"),
        _("“What would make this work well enough for the next three months?”"),
    ),
    Status.UNASSIGNED: (
        _("“%(task)s: none of us has this yet. What is needed, and how often?”"),
        _("“Nobody has to do all of it. Is there a small part that somebody can take?”"),
    ),
    Status.BEYOND_MUNICIPALITY: (
        _("“%(task)s: the municipality normally does not do this. What can we do instead?”"),
        _("“Shall we find out together whom we can call?”"),
    ),
    Status.UNANSWERED: (
        _("“%(task)s: not everybody has had time to answer. Shall we look at it together?”"),
        _("“There is no hurry. What do you think about it today?”"),
    ),
}


_PICKS: Mapping[Option, tuple[str, ...]] = {
    Option.APPLY: (Way.APPLY.value,),
    Option.BUY: (PRIVATE,),
    Option.VOLUNTEER: (VOLUNTEER,),
    Option.OPEN: (Way.OPEN.value,),
}


@dataclass(frozen=True, slots=True)
class ChoiceWords:
    """One choice in words, with what speaks for and against."""

    words: str
    speaks_for: list[str]
    against: list[str]
    picks: tuple[str, ...]
    """What is picked in the form of a proposal by it, so that one press proposes it."""


def answer_words(own_id: str, answer: Expectation, names: Names) -> str:
    """Answer what one of them answered, in a few words."""
    if not answer.is_relevant:
        return str(gettext("not needed"))
    if own_id == MUNICIPALITY and answer.own_part is not None:
        others = listed(answer.expected - {own_id}, names)
        said = str(OWN_PARTS[answer.own_part])
        often = [str(FREQUENCIES[answer.how_often])] if answer.how_often else []
        return " · ".join([said, *([gettext("together with %(who)s", who=others)] if others else []), *often])
    self_words = gettext("themselves, now and then") if answer.own_part is OwnPart.PARTLY else gettext("themselves")
    named = [self_words] if own_id in answer.expected else []
    others = listed(answer.expected - {own_id}, names)
    named += [others] if others else []
    if not named:
        named = [gettext("does not know") if answer.is_unknown else gettext("has named nobody")]
    part = _PARTS.get(answer.own_part) if answer.own_part and own_id not in answer.expected else None
    often = [str(FREQUENCIES[answer.how_often])] if answer.how_often else []
    return " · ".join([*named, *([str(part)] if part else []), *often])


def reason_words(finding: Finding, names: Names) -> list[str]:
    """Answer why a finding is open, in the order of the reasons; without anybody's blame."""
    found = [str(words) for reason, words in _REASONS.items() if reason in finding.reasons]
    offers = listed(finding.offers, names)
    if offers and finding.is_open:
        found.append(gettext("%(who)s can, and nobody named them.", who=offers))
    if finding.waited_for:
        found.append(gettext("%(who)s has not answered.", who=listed(finding.waited_for, names)))
    if finding.not_asked and finding.is_open:
        found.append(gettext("Nobody has asked yet: %(who)s.", who=listed(finding.not_asked, names)))
    if finding.is_against_description:
        found.append(gettext("Here the municipality says something else than its own description. Ask why."))
    return found


def choice_words(choice: Choice, names: Names) -> ChoiceWords:
    """Answer a choice in words."""
    who = listed(choice.who, names)
    words = {
        Option.ONE: gettext("%(who)s does it", who=who),
        Option.SHARE: gettext("You share it: %(who)s", who=who),
        Option.APPLY: gettext("Apply to the municipality"),
        Option.BUY: gettext("Pay somebody to do it"),
        Option.VOLUNTEER: gettext("Ask for a volunteer"),
        Option.OPEN: gettext("Let it stay open for now"),
    }[choice.option]
    return ChoiceWords(
        words, [str(_POINTS[one]) for one in choice.speaks_for], [str(_POINTS[one]) for one in choice.against],
        _PICKS.get(choice.option, choice.who),
    )  # fmt: skip


def say_words(finding: Finding, task: str) -> list[str]:
    """Answer two neutral sentences to say aloud or copy."""
    return [str(words) % {"task": task} if "%(task)s" in str(words) else str(words) for words in _SAY[finding.status]]
