"""Standing texts: what the site sends and what people say yes to; which there are, and what may stand in each.

Their words come with the site. A municipality may write its own, field by field; what is sent is always made of one
text and of a few placeholders, so that no message can carry a name, or anything of somebody's health, or an address
that is not ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.content.domain.links import PLACEHOLDER
from webapp.kernel.language import LANGUAGES

SUBJECT, TEXT, SMS = "subject", "text", "sms"
FRAME = ("municipality", "telephone")
"""What every standing text may name: the municipality, and its telephone number."""
_MAIL = (SUBJECT, TEXT)


@dataclass(frozen=True, slots=True)
class Standing:
    """What one standing text may be: which of its fields are used, what may stand in braces, and what must."""

    fields: tuple[str, ...]
    may: tuple[str, ...] = FRAME
    must: tuple[str, ...] = ()
    """What each of the texts that are sent must have: without its link or code a message is of no use."""


_WITH_LINK = (*FRAME, "link")
MESSAGES: Mapping[str, Standing] = {
    "agreement-link": Standing((*_MAIL, SMS), _WITH_LINK, ("link",)),
    "joining-code": Standing((*_MAIL, SMS), _WITH_LINK, ("link",)),
    "one-time-code": Standing((*_MAIL, SMS), (*FRAME, "code"), ("code",)),
    "referral-received": Standing((*_MAIL, SMS), _WITH_LINK, ("link",)),
    "referral-answered": Standing((*_MAIL, SMS), _WITH_LINK, ("link",)),
    "referral-to-person": Standing((*_MAIL, SMS), _WITH_LINK, ("link",)),
    "staff-link": Standing((*_MAIL, SMS), _WITH_LINK, ("link",)),
    "password-link": Standing((*_MAIL, SMS), _WITH_LINK, ("link",)),
    "password-changed": Standing(_MAIL, (*FRAME, "when"), ("telephone",)),
    "second-step-removed": Standing(_MAIL, (*FRAME, "when"), ("telephone",)),
    "something-new": Standing(_MAIL, _WITH_LINK, ("link",)),
    "from-a-colleague": Standing(_MAIL, _WITH_LINK, ("link",)),
    **{f"letter-{why}": Standing((TEXT,)) for why in (
        "invited", "reminded", "opened", "proposed", "to-sign", "voided", "in-force", "amended", "reopened", "review",
        "quiet", "ended",
    )},
}  # fmt: skip
"""Everything that is sent by e-mail, SMS or post and that a municipality may word itself."""

CONSENTS: Mapping[str, Standing] = {
    "referral": Standing((TEXT,), ("municipality",), ("municipality",)),
    "concern": Standing((TEXT,), ("municipality",), ("municipality",)),
    "agreement": Standing((TEXT,), ()),
}
"""What people say yes to when they send, or sign."""

MENU = "rooms"
MENU_ROOMS: Mapping[str, str] = {
    "abc": "abc/", "tasks": "hvem-gjor-hva", "services": "tjenester/", "selfchecks": "selvsjekk/",
    "aids": "hjelpemidler", "offers": "tilbud", "plan": "min-plan", "places": "moteplasser",
    "staircase": "innsatstrapp", "agreement": "avtale/",
}  # fmt: skip
"""The rooms that a menu can name, and where they are."""
SHOWN_ROOMS = ("abc", "tasks", "services", "selfchecks", "aids", "offers", "plan", "places")
"""The rooms in the menu of a municipality that has none of its own."""

OF_KIND: Mapping[str, Mapping[str, Standing]] = {
    "message": MESSAGES, "consent": CONSENTS, "menu": {MENU: Standing(("rooms",))},
}  # fmt: skip
_ADDRESS = re.compile(r"https?:|www\.|\b[\w.+-]+@[\w-]+\.\w|\]\(|\b[\w-]+\.(?:no|com|net|org|io|eu)\b", re.IGNORECASE)
"""What would lead a reader somewhere else than the link that we make."""


def filled(template: str, values: Mapping[str, str]) -> str:
    """Answer a standing text with its placeholders filled in."""
    return PLACEHOLDER.sub(lambda found: values.get(found.group(1), found.group(0)), template)


def places(kind: str, slug: str) -> tuple[str, ...]:
    """Answer what may stand in braces in a standing text; nothing where there is none of that name."""
    known = OF_KIND.get(kind, {}).get(slug)
    return known.may if known else ()


def faults(kind: str, slug: str, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Answer what is wrong in a standing text: the place, and what is wrong with what is allowed."""
    known = OF_KIND[kind].get(slug)
    if known is None:
        yield "file", f"is '{slug}', which is no {kind}; allowed: {', '.join(OF_KIND[kind])}"
        return
    if kind == "menu":
        yield from _menu_faults(fields)
        return
    for name in (SUBJECT, TEXT, SMS):
        for language, text in fields.get(name, {}).items():
            at = f"{name}.{language}"
            if name not in known.fields:
                yield at, f"is never sent; allowed: {', '.join(known.fields)}"
            yield from ((at, fault) for fault in _text_faults(text, name, known))
    if kind == "consent" and TEXT in fields:
        yield from _consent_faults(fields)


def _text_faults(text: str, name: str, known: Standing) -> Iterator[str]:
    used = set(PLACEHOLDER.findall(text))
    may = FRAME[:1] if name == SUBJECT else known.may
    yield from (f"uses {{{one}}}, which stands for nothing here" for one in sorted((used & set(known.may)) - set(may)))
    if name != SUBJECT:
        yield from (f"lacks {{{one}}}; it is of no use without" for one in known.must if one not in used)
    if found := _ADDRESS.search(PLACEHOLDER.sub("", text)):
        yield f"has the address '{found.group()}'; allowed: {{link}}, which the site makes itself"


def _consent_faults(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        if language not in fields[TEXT]:
            yield f"{TEXT}.{language}", "is not there; a consent says the same in every language"
    if "version" not in fields:
        yield "version", "is missing; a consent of one's own has a version, which is raised with each change"


def _menu_faults(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for number, line in enumerate(fields.get("rooms", ()), start=1):
        room = str(line.get("room", ""))
        if room in seen:
            yield f"rooms[{number}].room", f"is '{room}' a second time; allowed: each once"
        seen.add(room)


def raised(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a consent with the version that it has: one higher than before where it says something else."""
    known = before or {}
    if not after.get(TEXT):
        return {name: value for name, value in after.items() if name != "version"}
    version = int(known.get("version", 0)) + (known.get(TEXT) != after[TEXT])
    return {**after, "version": max(version, 1)}
