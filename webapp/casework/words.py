"""What caseworkers' screens call things: whom a case is for, how it came, what was done, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from webapp.referrals.domain.referral import Act, Came, Door, Waits, Whom
from webapp.web.i18n import lazy_gettext as _

DOOR_WORDS = {
    Door.CALL: _("Wants to be rung"),
    Door.MESSAGE: _("Has written to us"),
    Door.OFFER: _("Asks for a place"),
}
CAME_WORDS = {
    Came.WEB: _("on the web"),
    Came.TELEPHONE: _("by telephone"),
    Came.LETTER: _("by letter or paper form"),
    Came.VISIT: _("in person"),
}
WHOM_WORDS = {
    Whom.SELF: _("For the sender"),
    Whom.WILLING: _("For somebody else, who knows about it and wants it"),
    Whom.UNDECIDED: _("A concern: the person knows about it, but has not said yes"),
    Whom.UNAWARE: _("A concern: the person does not know about it"),
    Whom.YOUNG: _("For the sender, who is under 18"),
}
MARK_WORDS = {
    Whom.WILLING: _("for somebody else"),
    Whom.UNDECIDED: _("concern"),
    Whom.UNAWARE: _("concern"),
    Whom.YOUNG: _("under 18"),
}
"""Whom it is for, in a word or two, where it is not the sender."""
WAITS_WORDS = {
    Waits.US: _("waits for us"),
    Waits.RESIDENT: _("waits for the resident"),
    Waits.COLLEAGUE: _("waits for a colleague"),
    Waits.NOBODY: _("waits for nobody"),
}
VIEW_WORDS = {"mine": _("Mine"), "ledige": _("Not taken"), "alle": _("All"), "avsluttet": _("Closed cases")}
EMPTY_WORDS = {
    "mine": _("You have no cases. Look among those not taken, and take one."),
    "ledige": _("All cases have somebody who takes care of them."),
    "alle": _("No cases are open. New ones show up here."),
    "avsluttet": _("No cases have been closed yet."),
}
AGREEMENT_VIEWS = {
    "nye": _("Ask us to take part"), "mine": _("Mine"), "alle": _("All"), "uten-reserve": _("Without reserve"),
    "over": _("Over"),
}  # fmt: skip
AGREEMENT_EMPTY = {
    "nye": _("Nobody waits for the municipality to take part."),
    "mine": _("You have no agreements. Look among those that ask us to take part."),
    "alle": _("No agreements are open. New ones show up here."),
    "uten-reserve": _("Everything that safety hangs on has somebody, and somebody in reserve."),
    "over": _("No agreements are over yet."),
}
REASON_WORDS = {
    "absence": _("The colleague is away, and I stand in"),
    "contact": _("The resident has made contact"),
    "quality": _("Quality control"),
    "guidance": _("Guidance of a colleague"),
}
"""Why somebody looks at a colleague's case; the resident sees it (SA-2)."""
WAY_WORDS = {
    "message": _("As a message that the resident reads here"),
    "letter": _("By letter"),
    "telephone": _("I have said it on the telephone"),
}
KNOWN_WORDS = {
    "met": _("I have met them"),
    "rung": _("I have rung a number that we had from before"),
    "shown": _("They have shown who they are"),
}
"""How it is known that somebody is the one it is about."""
BY_WAY = {
    "message": _("as a message"),
    "letter": _("by letter"),
    "telephone": _("on the telephone"),
}
ENTRY_WORDS = {
    Act.SENT: _("Came in"),
    Act.TAKEN: _("Has the case now: %(to)s"),
    Act.RELEASED: _("Put back: nobody has the case"),
    Act.WRITTEN: _("The resident wrote"),
    Act.ANSWERED: _("Answer to the resident, %(to)s"),
    Act.ASKED: _("The resident was asked for more, %(to)s"),
    Act.NOTED: _("Internal note"),
    Act.CONSULTED: _("Question to a colleague: %(to)s"),
    Act.ADVISED: _("Answer to the colleague"),
    Act.CALLED: _("Rung, and reached"),
    Act.NOT_REACHED: _("Rung, and not reached"),
    Act.FORWARDED: _("Passed on to %(to)s"),
    Act.PLACED: _("Got a place, %(to)s"),
    Act.LISTED: _("Put on the waiting list, %(to)s"),
    Act.ATTACHED: _("A file was attached"),
    Act.CLAIMED: _("Says it is about them, and wants to take it over"),
    Act.HANDED_OVER: _("The resident has taken it over"),
    Act.HELPER_SEES: _("The resident decided what the helper sees: %(to)s"),
    Act.CLOSED: _("Closed"),
    Act.WITHDRAWN: _("The resident took it back"),
}
INTERNAL = frozenset({Act.NOTED, Act.CONSULTED, Act.ADVISED})
"""What only staff read."""


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing that can be done in a case: the words of its link, of its button, and of when it is done."""

    link: Any
    button: Any
    done: Any


DOINGS = {
    "ta": Doing("", _("Take the case"), _("You have the case now.")),
    "legg-tilbake": Doing("", _("Put the case back"), _("The case is free again.")),
    "svar": Doing(_("Answer the resident"), _("Answer the resident"), _("The answer is stored.")),
    "spor": Doing(_("Ask for more"), _("Ask"), _("The question is stored.")),
    "notat": Doing(_("Internal note"), _("Save the note"), _("The note is saved.")),
    "kollega": Doing(
        _("Ask a colleague"), _("Ask the colleague"), _("The colleague finds your question under «Mine».")
    ),
    "kollegasvar": Doing(_("Answer the colleague"), _("Answer the colleague"), _("Your answer is stored.")),
    "samtale": Doing(_("Register a call"), _("Reached"), _("The call is stored.")),
    "plass": Doing(_("Give a place or put on the waiting list"), _("Tell the resident"), _("The answer is stored.")),
    "overta": Doing(
        _("The resident takes it over"),
        _("Let the resident have it"),
        _("The resident has it now. Tell them the reference that stands on this page: it is their own."),
    ),
    "gi-til": Doing(_("Give the case to a colleague"), _("Give the case"), _("The colleague has the case now.")),
    "videresend": Doing(_("Forward"), _("Forward"), _("The case is passed on. Nobody has it there yet.")),
    "avslutt": Doing(_("Close the case"), _("Close the case"), _("The case is closed.")),
    "sperre": Doing("", _("Keep it from being deleted"), _("The case is not deleted while this stands.")),
    "opphev-sperre": Doing("", _("It may be deleted in its time"), _("The case is deleted in its time.")),
}
"""Address word → what can be done in a case."""
MESSAGES = {
    **{word: doing.done for word, doing in DOINGS.items()},
    "ta-over": _("You have taken over the case."),
    "utkast": _("What you have begun is saved. Only you see it."),
    "ikke-nadd": _("It is stored that nobody was reached. The case still waits for us."),
    "innsyn": _("Your look and your reason are recorded. The resident can see them."),
    "registrert": _("It is registered, and is a case now."),
    "skrevet-ut": _("The letter is marked as printed."),
    "registrert-avtale": _("The agreement is begun. Start the meeting, or invite those who are in it."),
    "avtale-tatt": _("You have the agreement now."),
    "bekreftet": _("The contact data is confirmed."),
    "kommunen-svart": _("The municipality's word is stored."),
    "svar-fort": _("The answers are stored, and marked with how they came."),
    "signert-papir": _("The signature on paper is registered."),
    "vurdert": _("The assessment is stored."),
    "avtale-avsluttet": _("The agreement is over."),
    "avtale-sperret": _("The agreement is not deleted while this stands."),
    "avtale-ikke-sperret": _("The agreement is deleted in its time."),
    "ringt": _("The call is marked as made."),
}
"""What was just done, by the word in the address; nothing else is shown."""


def message(key: str) -> str:
    """Answer what was just done, or nothing for a word that is none of ours."""
    return str(MESSAGES.get(key, ""))
