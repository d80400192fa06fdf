"""The words on screen for the codes of an agreement."""

from __future__ import annotations

from webapp.agreements.domain.asks import AskStatus
from webapp.agreements.domain.commitments import Fault, Way
from webapp.agreements.domain.expectations import Frequency, OwnPart, Tap
from webapp.agreements.domain.findings import Status
from webapp.agreements.domain.history import Notice
from webapp.agreements.domain.parties import Basis, PartyKind
from webapp.agreements.domain.sharing import Level, Topic
from webapp.agreements.domain.signing import Method
from webapp.agreements.domain.starting import Theme
from webapp.agreements.domain.states import State
from webapp.web.i18n import lazy_gettext as _

THEMES = {
    Theme.HOME: _("Living at home"),
    Theme.DEMENTIA: _("Dementia"),
    Theme.ILLNESS: _("Serious illness"),
    Theme.MENTAL_HEALTH: _("Mental health and substance use"),
    Theme.HOUSING: _("House and surroundings"),
    Theme.CAREGIVERS: _("Those who help"),
}
KINDS = {
    PartyKind.RESIDENT: _("the one it is about"),
    PartyKind.REPRESENTATIVE: _("speaks for the one it is about"),
    PartyKind.CAREGIVER: _("family or friend"),
    PartyKind.VOLUNTEER: _("volunteer"),
    PartyKind.MUNICIPALITY: _("the municipality"),
}
BASES = {
    Basis.GUARDIAN: _("guardian, within the mandate"),
    Basis.POWER_OF_ATTORNEY: _("future power of attorney that is in force"),
    Basis.NEXT_OF_KIN: _("next of kin, after the staff's assessment"),
}
STATUSES = {
    Status.AGREED: _("Agreed"),
    Status.AGREED_APPLY: _("Agreed, but you must apply"),
    Status.DIFFERENT: _("You see it differently"),
    Status.UNASSIGNED: _("Nobody has this yet"),
    Status.BEYOND_MUNICIPALITY: _("The municipality normally does not do this"),
    Status.UNANSWERED: _("Waiting for answers"),
    Status.NOT_NEEDED: _("Not needed"),
}
SYMBOLS = {
    Status.AGREED: "✓",
    Status.AGREED_APPLY: "✓",
    Status.DIFFERENT: "≠",
    Status.UNASSIGNED: "?",
    Status.BEYOND_MUNICIPALITY: "✕",
    Status.UNANSWERED: "…",
    Status.NOT_NEEDED: "–",
}
"""Stands beside the words, and never in their place."""
ASK_STATUSES = {
    AskStatus.MET: _("Somebody will"),
    AskStatus.WAITING: _("Waiting for answers"),
    AskStatus.PARTLY: _("Only partly"),
    AskStatus.UNMET: _("Nobody can"),
}
OWN_PARTS = {
    OwnPart.WILL: _("yes"),
    OwnPart.PARTLY: _("now and then"),
    OwnPart.CANNOT: _("no"),
    OwnPart.UNSURE: _("not sure"),
    OwnPart.AFTER_DECISION: _("after an application"),
}
ASK_ANSWER_WORDS = {
    OwnPart.WILL: _("Yes"),
    OwnPart.PARTLY: _("Partly"),
    OwnPart.CANNOT: _("No, I cannot"),
}
ALL_ASKS_WORDS = {
    OwnPart.WILL: _("Yes, all of this"),
    OwnPart.CANNOT: _("No, none of this"),
}
TAPS = {
    Tap.SELF: _("I, regularly"),
    Tap.SELF_PARTLY: _("I, now and then"),
    Tap.UNKNOWN: _("Do not know"),
    Tap.NOT_NEEDED: _("Not needed"),
}
LOADS = {
    "well": _("It goes well"),
    "all_right": _("It goes all right"),
    "heavy": _("It is heavy"),
    "too_heavy": _("It is too much"),
}
TIMES_OFF = {
    "yes": _("Yes, as I need it"),
    "sometimes": _("Now and then"),
    "no": _("Hardly ever"),
}
AREAS = (
    _("Food, house and garden"),
    _("Medicine and care"),
    _("Out of the house, and together"),
    _("Safe at home"),
    _("Your own tasks"),
)
"""What the pages of `domain/starting.AREA_PAGES` are called."""
SAID = {
    "lagret": _("Saved. You can go on whenever you like."),
    "sendt": _("Your answers are sent."),
}
"""What is said on the overview after something was done, by the word in the address."""
FREQUENCIES = {
    Frequency.SEVERAL_A_DAY: _("several times a day"),
    Frequency.DAILY: _("every day"),
    Frequency.SEVERAL_A_WEEK: _("several times a week"),
    Frequency.WEEKLY: _("once a week"),
    Frequency.EVERY_OTHER_WEEK: _("every other week"),
    Frequency.MONTHLY: _("once a month"),
    Frequency.SEASON: _("as the season asks"),
    Frequency.WHEN_NEEDED: _("when it is needed"),
}
OUTSIDE = {
    "volunteer": _("a volunteer"),
    "private": _("somebody you pay"),
    "nav": _("NAV (aids)"),
    "health_service": _("doctor, hospital or pharmacy"),
    "other": _("somebody else"),
}
WAYS = {
    Way.APPLY.value: _("Apply to the municipality"),
    Way.OPEN.value: _("Let it stay open"),
    Way.DROP.value: _("It is not needed"),
}
FAULTS = {
    Fault.NOBODY: _("Choose somebody, or let it stay open."),
    Fault.STRANGER: _("Choose somebody who is in the agreement."),
    Fault.VOLUNTEER_ALONE: _("Safety hangs on this: choose somebody besides the volunteer."),
    Fault.SAME_RESERVE: _("The one who steps in must be somebody else."),
    Fault.MUNICIPALITY_NOT_IN: _("The municipality is not in this agreement. Choose to apply."),
    Fault.TOO_LONG: _("Write it shorter."),
}
LEVELS = {
    Level.ALL: _("everything in the agreement"),
    Level.PRACTICAL: _("only what is practical"),
    Level.NOTHING: _("nothing"),
    Level.CHOSEN: _("what I choose below"),
}
TOPICS = {
    Topic.PRACTICAL: _("who does what, keys, whom to ring"),
    Topic.HEALTH: _("how my health is"),
    Topic.MEDICINE: _("my medicines"),
    Topic.SERVICES: _("help I have, and what I have applied for"),
    Topic.ECONOMY: _("my money"),
    Topic.CHANGES: _("that something has happened, a fall or a hospital stay"),
}
PERIODS = {"91": _("three months"), "365": _("a year"), "730": _("two years")}
"""Days → words."""
STATES = {
    State.DRAFT: _("Waiting for a yes"),
    State.CLARIFYING: _("Everybody answers alone"),
    State.SETTLING: _("You are agreeing"),
    State.SIGNING: _("Ready to sign"),
    State.IN_FORCE: _("In force"),
    State.ENDED: _("Ended"),
    State.WITHDRAWN: _("Withdrawn"),
}
METHODS = {
    Method.CODE_SMS: _("code by SMS"),
    Method.CODE_EMAIL: _("code by e-mail"),
    Method.CODE_HANDED: _("code handed over by staff"),
    Method.IDPORTEN: _("ID-porten"),
    Method.PAPER: _("on paper before a witness"),
    Method.STAFF: _("signed in as staff"),
}
NOTICES = {
    Notice.INVITED: _("is asked to take part"),
    Notice.REMINDED: _("has not answered yet"),
    Notice.OPENED: _("can see how all of them see it"),
    Notice.PROPOSED: _("has a proposal to answer"),
    Notice.TO_SIGN: _("can read and sign"),
    Notice.VOIDED: _("must sign anew: the text was changed"),
    Notice.IN_FORCE: _("gets the signed agreement"),
    Notice.AMENDED: _("is told of a change"),
    Notice.REOPENED: _("is told that something has changed"),
    Notice.REVIEW: _("is to look at it again"),
    Notice.QUIET: _("is told that it ends soon"),
    Notice.ENDED: _("is told that it is over"),
}
"""Why staff write to or ring a party who is not digital."""
_ANSWER = _(
    "Answer on the sheet that comes with this letter, and send it back or hand it in. Or ring us, and we write it down "
    "together."
)
_HEAR = _("Ring us. We tell you what it is, read it to you, or send it on paper.")
LETTERS = {
    Notice.INVITED: (_("Something was added to what you take part in. We ask you to answer once more."), _ANSWER),
    Notice.REMINDED: (
        _("You were asked to answer something together with people you know. We have not got your answer yet."),
        _("%(answer)s You may also say no.", answer=_ANSWER),
    ),
    Notice.OPENED: (_("The answers have come in. Now you can see how the others see it, and agree."), _HEAR),
    Notice.PROPOSED: (_("There is a proposal that waits for your yes or no."), _HEAR),
    Notice.TO_SIGN: (
        _("A text is ready for you to read and sign. You decide whether you will."),
        _(
            "The text comes with this letter. Sign it while somebody sees it, and send it back or hand it in. "
            "Or ring us."
        ),
    ),
    Notice.VOIDED: (
        _("The text that you signed was changed afterwards. What you signed no longer counts."),
        _("You are asked again when the new text is ready. Questions? Ring us."),
    ),
    Notice.IN_FORCE: (
        _("All have signed. What you agreed on is in force."), _("The signed text comes with this letter. Keep it."),
    ),
    Notice.AMENDED: (
        _("Something was changed in what you agreed on, by those whom it concerns."),
        _("Do you see it differently? Ring us within 14 days."),
    ),
    Notice.REOPENED: (_("Something has changed in what you agreed on."), _HEAR),
    Notice.REVIEW: (
        _("It is time to look again at what you agreed on: does it still fit?"),
        _("Ring us, and we go through it together."),
    ),
    Notice.QUIET: (
        _("What you take part in ends soon, if nothing more happens."), _("Do you want to go on? Ring us before then."),
    ),
    Notice.ENDED: (_("What you took part in is over."), _("You need to do nothing. Questions? Ring us.")),
}  # fmt: skip
"""What stands in a letter to a party who is not digital: what it is about, in words that tell nobody else anything; and
what to do."""
_SHALL_I_READ = _("Shall I tell you what it is, and read it to you? I can also send it on paper.")
_SHALL_WE_ANSWER = _("Shall we go through it now? I write down what you say. You may leave things open, or say no.")
CALLS = {
    Notice.INVITED: _SHALL_WE_ANSWER,
    Notice.REMINDED: _SHALL_WE_ANSWER,
    Notice.OPENED: _SHALL_I_READ,
    Notice.PROPOSED: _SHALL_I_READ,
    Notice.TO_SIGN: _("Shall I read it to you? You sign on paper, and I send it to you. Nobody signs for you."),
    Notice.VOIDED: _("You are asked again when the new text is ready. Do you want to hear what was changed?"),
    Notice.IN_FORCE: _("Do you want the signed text on paper?"),
    Notice.AMENDED: _("Shall I tell you what was changed? Do you see it differently, you can say so within 14 days."),
    Notice.REOPENED: _SHALL_I_READ,
    Notice.REVIEW: _("Shall we go through it together now, or at another time?"),
    Notice.QUIET: _("Do you want to go on with it?"),
    Notice.ENDED: _("You need to do nothing. Is there something you wonder about?"),
}
"""What is said on the telephone, after what stands first in the letter."""
ASKED = _("Somebody you know asks you to take part in something together. You decide whether you will.")
"""What stands first for who has not come in yet."""
