"""The page on which an agreement is read and signed: what I say yes to, the whole text, who has signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from webapp.agreements.presenters.overview import base_of
from webapp.agreements.text.blocks import words_of_block
from webapp.content.current import library
from webapp.municipalities.domain.municipality import Contact
from webapp.web.i18n import language, speaking


@dataclass(frozen=True, slots=True)
class Signed:
    """Who has signed, how and when."""

    name: str
    how: str
    at: str


@dataclass(frozen=True, slots=True)
class Change:
    """A section of which two texts differ, as it was and as it is."""

    heading: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class SignPage:
    """What stands on the page of signing."""

    id: str
    base: str
    state: str
    """`preview`, `to_sign`, `waiting` (signed, others not yet), `read` (not one's own to sign), or `in_force`."""
    message: str
    document: Mapping[str, Any]
    language: str
    hash: str
    yes: str
    signed: Sequence[Signed]
    missing: Sequence[str]
    deadline: str
    can_lock: bool
    can_send: bool
    is_code_sent: bool
    is_unconfirmed: bool
    step_up: str
    """Where one shows with ID-porten who one is; empty where there is none."""
    is_by_provider: bool
    """One has just shown with ID-porten who one is: no code is needed."""
    must_be_provider: bool
    is_staff: bool
    papers: Sequence[tuple[str, str]]
    contact: Contact


@dataclass(frozen=True, slots=True)
class StalePage:
    """What has changed since somebody read the text."""

    id: str
    base: str
    is_gone: bool
    is_late: bool
    """It is the same text, and the time to sign it is over."""
    changes: Sequence[Change]


def yes_words(document: Mapping[str, Any], party: str, lang: str) -> str:
    """Answer what somebody says yes to, in the language of the text: their own tasks, and where they step in."""
    named = document.get("tasks", {})

    def of(part: str) -> str:
        return ", ".join(named.get(one["task"], one["task"]) for one in document["commitments"] if party in one[part])

    with speaking(lang):
        own, reserve = of("responsible"), of("reserve")
        words = gettext("You say yes to: %(tasks)s.", tasks=own) if own else gettext("No task in it is yours alone.")
        if not reserve:
            return str(words)
        stepping_in = gettext("In reserve for: %(tasks)s.", tasks=reserve)
        return f"{words} {stepping_in}"


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """Answer the sections that differ between two texts."""
    old = {one["number"]: one for one in before.get("sections", ())}
    new = {one["number"]: one for one in now.get("sections", ())}
    return [
        Change((new.get(number) or old[number])["heading"], _words(old.get(number)), _words(new.get(number)))
        for number in sorted(old.keys() | new.keys())
        if (old.get(number) or {}).get("blocks") != (new.get(number) or {}).get("blocks")
    ]


def _words(section: Mapping[str, Any] | None) -> str:
    return "\n".join(words for block in (section or {"blocks": []})["blocks"] for words in words_of_block(block))


def stale_page(
    agreement_id: str, before: Mapping[str, Any], now: Mapping[str, Any], *, is_late: bool = False
) -> StalePage:  # fmt: skip
    """Make the page that shows what has changed since the text was read."""
    return StalePage(agreement_id, base_of(agreement_id), not now, is_late, changes(before, now) if now else [])


def contact_of(office: str) -> Contact:
    """Answer whom to ring about an agreement."""
    return library().municipality.contact(office, language())
