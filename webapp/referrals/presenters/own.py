"""What a resident sees of what they have sent: how far it has come, what was said, who has looked; all of theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from webapp.audit.domain import Action
from webapp.content.current import library
from webapp.content.site import takes_attachments
from webapp.kernel.ids import write_readable
from webapp.referrals.domain.handover import SENDER, Seen, Sees, Viewer
from webapp.referrals.domain.referral import Act, Content, Entry, State, Waits, Whom
from webapp.referrals.models import ReferralRow
from webapp.referrals.presenters.words import STATE_WORDS, Row, about_words, rows_of
from webapp.web.i18n import language, write_date, write_time
from webapp.web.i18n import lazy_gettext as _

SURVEY = "erfaring"
"""The survey of how it was to deal with the municipality (SJ-8b)."""
ACT_WORDS = {
    Act.SENT: _("You sent this to the municipality"),
    Act.WRITTEN: _("You wrote"),
    Act.ANSWERED: _("The municipality answered"),
    Act.ASKED: _("The municipality asks you"),
    Act.CALLED: _("The municipality rang"),
    Act.FORWARDED: _("It went on to another office"),
    Act.PLACED: _("You have a place"),
    Act.LISTED: _("You are on the waiting list"),
    Act.ATTACHED: _("You attached a file"),
    Act.HANDED_OVER: _("You took it over"),
    Act.CLOSED: _("The municipality closed the case"),
    Act.WITHDRAWN: _("You took it back"),
}
OTHERS_WORDS = {
    Act.SENT: _("%(name)s sent this to the municipality for you"),
    Act.WRITTEN: _("%(name)s wrote"),
    Act.ATTACHED: _("%(name)s attached a file"),
    Act.WITHDRAWN: _("%(name)s took it back"),
}
"""What the other of the two did: the helper, as the person reads it; the person, as the helper does."""
HELPER_WORDS = {
    **ACT_WORDS,
    Act.ASKED: _("The municipality asks"),
    Act.PLACED: _("A place was given"),
    Act.LISTED: _("It stands on the waiting list"),
    Act.HANDED_OVER: _("The person it is about took it over"),
}
SEES_WORDS = {
    Sees.NOTHING: _("Nothing any more"),
    Sees.PROGRESS: _("Only how far it has come"),
    Sees.ALL: _("What is answered, and can write more"),
}
REASONS = {
    "own case": _("has the case"),
    "new case": _("opened a new case"),
    "absence": _("stands in for somebody"),
    "contact": _("you had made contact"),
    "quality": _("quality control"),
    "guidance": _("guidance of a colleague"),
    "letter": _("printed a letter to you"),
}
_EXPORTED = _("took the case out as a file")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said or done, as the resident reads it."""

    what: str
    when: str
    text: str


@dataclass(frozen=True, slots=True)
class Look:
    """Who has opened the case, when and why."""

    who: str
    when: str
    why: str


@dataclass(frozen=True, slots=True)
class OwnPage:
    """What somebody has sent, what was answered, and who has looked (HE-2, SA-2)."""

    reference: str
    state: str
    due: str
    waits_for_you: bool
    rows: list[Row]
    said: list[Said]
    looks: list[Look]
    is_over: bool
    is_helper: bool
    """Whether it is read by a helper who does not read what is answered."""
    is_handed_over: bool
    """Whether it is read by a helper, after the person has taken it over."""
    helper: str
    """Who helped, and what they see now, where the person reads it who has taken it over; else empty."""
    can_write: bool
    can_take_back: bool
    files: list[str]
    """What the files are called that were attached."""
    can_attach: bool
    office: str
    telephone: str
    message: str
    forwarded: str
    """The office that it was sent on to, while it is handled there; empty where it was not."""
    survey: str
    """Where to say how it was, without a name, after an answer; empty before, and where no survey is open."""
    query: str = ""
    """What the addresses of the page carry where a resident has several; empty for who came in to this one."""


MESSAGES = {
    "vedlagt": _("The file is attached. Whoever has the case sees it."),
    "hjelper": _("It is stored. It counts from now on."),
    "skrevet": _("It is sent. Whoever has the case sees it."),
    "trukket": _("You have taken it back. Nobody handles it any more."),
}


def said_of(entries: Sequence[Entry], content: Content, viewer: Viewer = Viewer.SENDER) -> list[Said]:
    """Answer what was said and done, as the one reads it who looks, the newest first."""
    return [
        Said(_what(entry, content, viewer), write_time(entry.at), entry.text)
        for entry in reversed(entries)
        if entry.act in ACT_WORDS
    ]


def _what(entry: Entry, content: Content, viewer: Viewer) -> str:
    is_person = viewer is Viewer.PERSON
    if viewer is not Viewer.SENDER and entry.act in OTHERS_WORDS and (entry.by == "person") is not is_person:
        return str(OTHERS_WORDS[entry.act]) % {"name": content.name if is_person else content.concerned.name}
    return str((HELPER_WORDS if viewer is Viewer.HELPER else ACT_WORDS)[entry.act])


def looks_of(events: Sequence[Any], names: Mapping[str, str]) -> list[Look]:
    """Answer who has opened a case or taken it out as a file, the newest first; several looks in a minute are one."""
    seen = [
        Look(names.get(event.actor, str(gettext("An employee"))), write_time(event.at), _why(event))
        for event in reversed(events)
        if event.action in {Action.LOOKED, Action.EXPORTED}
    ]
    return list(dict.fromkeys(seen))


def _why(event: Any) -> str:
    return str(_EXPORTED if event.action == Action.EXPORTED else REASONS.get(event.why, ""))


def own_page(
    row: ReferralRow, content: Content, entries: Sequence[Entry], looks: list[Look], *, message: str = "",
    seen: Seen = SENDER, files: Sequence[str] = (),
) -> OwnPage:  # fmt: skip
    """Answer the page of what was sent; whoever helps sees how far it has come, and what the person lets them see."""
    state, is_helper = State(row.state), not seen.reads_answers
    contact, is_over = library().municipality.contact(row.office, language()), state is State.WITHDRAWN
    is_person = seen.viewer is Viewer.PERSON
    return OwnPage(
        reference=write_readable(seen.reference or row.reference),
        state=str(STATE_WORDS[State.ANSWERED if is_helper and state is State.CLOSED else state]),
        due=write_date(row.due_at.date()) if state in {State.RECEIVED, State.ASSIGNED} else "",
        waits_for_you=row.waits_for == Waits.RESIDENT and seen.viewer is not Viewer.HELPER,
        rows=rows_of(content, Whom(row.whom), row.about, viewer=seen.viewer),
        said=[] if is_helper else said_of(entries, content, seen.viewer),
        looks=looks,
        is_over=is_over,
        is_helper=is_helper,
        is_handed_over=seen.viewer is Viewer.HELPER and seen.sees is not None,
        helper=_helper(content, seen.sees) if is_person and seen.sees else "",
        can_write=not is_over and seen.may_write,
        can_take_back=not is_over and seen.may_take_back,
        files=list(files),
        can_attach=not is_over and seen.may_write and takes_attachments(),
        office=contact.title,
        telephone=contact.telephone,
        message=str(MESSAGES.get(message, "")),
        forwarded="" if is_helper else forwarded_to(row, entries),
        survey=survey_address() if state in {State.ANSWERED, State.CLOSED} else "",
    )


def _helper(content: Content, sees: Sees) -> str:
    return str(gettext("%(name)s sees now: %(what)s.", name=content.name, what=str(SEES_WORDS[sees]).lower()))


def forwarded_to(row: ReferralRow, entries: Sequence[Entry]) -> str:
    """Answer the office that a case was sent on to, while nobody has answered there."""
    is_waiting = row.state in {State.RECEIVED, State.ASSIGNED}
    was_sent_on = any(entry.act is Act.FORWARDED for entry in entries)
    return library().municipality.contact(row.office, language()).name if is_waiting and was_sent_on else ""


def survey_address() -> str:
    """Answer the address of the survey of how it was; empty where it is not open here."""
    return f"/{language()}/selvsjekk/{SURVEY}" if library().has_selfcheck(SURVEY) else ""


@dataclass(frozen=True, slots=True)
class MineLine:
    """One thing that a resident has sent."""

    href: str
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class MinePage:
    """All that a resident has sent, the newest first."""

    lines: list[MineLine]

    @classmethod
    def of(cls, rows: Sequence[ReferralRow]) -> MinePage:
        """Answer the list of a resident's own."""
        base = f"/{language()}/henvendelse/min?sak="
        return cls([
            MineLine(
                f"{base}{row.reference}",
                gettext("Sent %(time)s: %(about)s", time=write_time(row.received_at), about=about_words(row.about)),
                str(STATE_WORDS[State(row.state)]),
            )
            for row in rows
        ])  # fmt: skip
