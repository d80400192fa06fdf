"""What several of the administrator's pages say alike: facts as one reads them, sections, what was just done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.administration.domain.settings import OTHER
from webapp.content.domain.facts import FACTS
from webapp.editorial.presenters.controls import told
from webapp.editorial.words import label
from webapp.web.i18n import lazy_gettext as _

MESSAGES = {
    "lagret": _("Saved. Readers see it within a second."),
    "uendret": _("Nothing was changed: it says this already."),
    "angret": _("It says what it said before. That is a change as any, and stands on top."),
}
"""What was just done, by the word in the address; nothing else is shown."""
SECTION_WORDS = {
    "rooms": _("Open and closed rooms"),
    "languages": _("Languages and addresses"),
    "contact": _("Name and contacts"),
    "look": _("Colour"),
    "arms": _("Coat of arms"),
    "retention": _("How long things are kept"),
    "rules": _("Signing and approval"),
    "receivers": _("Receivers"),
    "staff": _("Employees and access"),
    OTHER: _("Other facts"),
}
SECTION_ADDRESSES = {
    "rooms": "/admin/rom", "languages": "/admin/sprak", "contact": "/admin/kontakt", "look": "/admin/utseende",
    "arms": "/admin/vapen", "retention": "/admin/oppbevaring", "rules": "/admin/regler",
    "receivers": "/admin/mottakere", "staff": "/admin/ansatte",
}  # fmt: skip
REFUSED = _("This does not fit with what else is said of the municipality, so it was not saved.")
_TYPES = {field.name: field.type for field in FACTS.common}
_NOTHING_SAID = _("nothing")


def message(key: str) -> str:
    """Answer what was just done, or nothing for a word that is none of ours."""
    return str(MESSAGES.get(key, ""))


def fact_label(name: str) -> str:
    """Answer what a fact is called."""
    return label(name, "", _TYPES[name]) if name in _TYPES else name


def fact_told(name: str, value: Any) -> str:
    """Answer what a fact says, a line for each thing."""
    if value is None or name not in _TYPES:
        return str(_NOTHING_SAID)
    return told(value, _TYPES[name]) or str(_NOTHING_SAID)


def both_told(name: str, before: Any, after: Any) -> tuple[str, str]:
    """Answer what a fact said before and after: of a long list only the lines that are not in both."""
    if not (isinstance(before, list) and isinstance(after, list) and name == "contacts"):
        return fact_told(name, before), fact_told(name, after)
    was = [one for one in before if one not in after]
    now = [one for one in after if one not in before]
    return fact_told(name, was or None), fact_told(name, now or None)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact in words."""

    label: str
    value: str
    href: str = ""


def facts_told(facts: Mapping[str, Any], names: Iterable[str]) -> list[Fact]:
    """Answer some facts in words, as they are now."""
    return [Fact(fact_label(name), fact_told(name, facts.get(name))) for name in names]


@dataclass(frozen=True, slots=True)
class SettingPage:
    """A page of settings: what the form has seen, what was just done, and what somebody else wrote meanwhile."""

    title: str
    address: str
    seen: str
    message: str
    theirs: list[Fact]
    """What it says now, where somebody else has changed it since the form was opened."""
    more: Any = None
    """What this page alone shows."""
