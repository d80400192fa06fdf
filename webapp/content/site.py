"""What stands around every page: the municipality, its telephone, the languages, the emergency numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request

from webapp.content.current import base_url, library
from webapp.content.domain import images
from webapp.content.standing import MenuLine, menu
from webapp.kernel.errors import InvalidError
from webapp.kernel.language import LANGUAGES, NAMES, localised
from webapp.municipalities.domain.theme import stylesheet
from webapp.web.access import rule_of_request
from webapp.web.i18n import language
from webapp.web.tenancy import tenant

HEAD_NUMBERS = ("113", "116117", "116123")


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A number to ring when it is urgent."""

    id: str
    telephone: str
    name: str
    when: str
    hours: str
    is_emergency: bool


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in another language."""

    language: str
    name: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Arms:
    """The coat of arms beside the name: where the image is, and its size."""

    src: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Site:
    """The frame of a public page."""

    name: str
    municipality: str
    is_fictional: bool
    telephone: str
    hours: str
    open_until: str
    address: str
    takes_referrals: bool
    """Whether residents can write to it here."""
    takes_agreements: bool
    """Whether an agreement can be begun here."""
    languages: tuple[LanguageLink, ...]
    canonical: str
    alternates: tuple[LanguageLink, ...]
    menu: tuple[MenuLine, ...]
    """The rooms, as the municipality's menu shows them."""
    theme: str
    numbers: tuple[EmergencyNumber, ...]
    statement_url: str
    has_goals: bool
    """Whether the municipality has published its goals."""
    arms: Arms | None = None
    draft_notice: str = ""
    """What is said above a page that is not published."""
    commenting: Any = None
    """What somebody can say of a draft that is open for comment, under it."""
    is_on_paper: bool = False
    """Whether the page is shown as it will be on paper."""
    is_still: bool = False
    """Whether the page is shown without scripts, in a frame of the editorial office."""


def emergency_numbers() -> list[EmergencyNumber]:
    """Answer the national emergency numbers and help lines, in the order of the content."""
    numbers: Mapping[str, Any] = library().document("numbers").get("numbers", {})
    return [
        EmergencyNumber(
            id=number_id,
            telephone=number["telephone"],
            name=localised(number["name"], language()),
            when=localised(number["when"], language()),
            hours=localised(number.get("hours", {}), language()),
            is_emergency=bool(number.get("emergency")),
        )
        for number_id, number in numbers.items()
    ]


def named_numbers(ids: list[str]) -> list[EmergencyNumber]:
    """Answer emergency numbers by their ids, in that order."""
    by_id = {number.id: number for number in emergency_numbers()}
    return [by_id[found] for found in ids if found in by_id]


def theme_address() -> str:
    """Answer the address of the municipality's own stylesheet; empty where it has the common colours."""
    body = _colours(library().municipality.facts.get("accent", ""))
    return f"/tema/{sha256(body.encode()).hexdigest()[:12]}.css" if body else ""


def theme(address: str) -> str | None:
    """Answer the stylesheet at an address, or None where the address is not this municipality's."""
    return _colours(library().municipality.facts["accent"]) if address == theme_address() else None


@lru_cache(maxsize=64)
def _colours(accent: str) -> str:
    """Answer the stylesheet of a colour; empty where there is none, or none that can be read."""
    try:
        return stylesheet(accent) if accent else ""
    except InvalidError:
        return ""


def _path() -> str:
    """Answer the path of the request as it may stand in a page: without signs that cannot be seen."""
    return "".join(filter(str.isprintable, g.get("shown_at") or request.path))


def _same_page(in_language: str) -> str:
    path = _path().split("/", 2)
    rest = path[2] if len(path) > 2 else ""
    query = urlencode([(name, value) for name, value in request.args.items(multi=True) if value])
    return f"/{in_language}/{rest}" + (f"?{query}" if query else "")


def _in_language(code: str) -> str:
    """Answer a page without a language in its address in another one: a private page by a parameter, others home."""
    rule = rule_of_request()
    if rule is None or not rule.knows_sessions or request.method != "GET":
        return f"/{code}/"
    return f"{request.path}?{urlencode({**request.args.to_dict(), 'sprak': code})}"


def current_site() -> Site:
    """Answer the frame for the page of this request."""
    municipality = library().municipality
    has_language = request.path.split("/", 2)[1] in LANGUAGES
    switch = tuple(
        LanguageLink(
            language=code,
            name=NAMES[code],
            href=_same_page(code) if has_language else _in_language(code),
            is_current=code == language(),
        )
        for code in municipality.languages
    )
    base = base_url()
    return Site(
        name=municipality.name,
        municipality=municipality.full_name(language()),
        is_fictional=bool(municipality.facts.get("fictional")),
        telephone=municipality.telephone,
        hours=municipality.text("hours", language()),
        open_until=municipality.text("open_until", language()),
        address=str(municipality.facts["address"]),
        takes_referrals=takes_referrals(),
        takes_agreements=library().takes_agreements,
        languages=switch,
        canonical=base + _path(),
        alternates=tuple(
            LanguageLink(link.language, link.name, base + link.href.split("?")[0], link.is_current) for link in switch
        )
        if has_language
        else (),
        menu=menu(),
        theme=g.get("theme") or theme_address(),
        numbers=tuple(named_numbers(list(HEAD_NUMBERS))),
        statement_url=str(municipality.facts.get("statement_url", "")),
        has_goals=library().goals is not None,
        arms=arms(),
        draft_notice=g.get("draft_notice", ""),
        commenting=g.get("commenting"),
        is_on_paper=g.get("is_on_paper", False),
        is_still=g.get("is_still", False),
    )


def arms() -> Arms | None:
    """Answer the coat of arms in its smallest form; None where there is none, or its image is gone."""
    told = library().images().get(str(library().municipality.facts.get("arms", "")))
    if told is None:
        return None
    form = min(told["forms"], key=lambda one: int(one["width"]))
    return Arms(images.address(form["digest"]), int(form["width"]), int(form["height"]))


def takes_referrals() -> bool:
    """Tell whether residents can write to the municipality of the request here."""
    return "referrals" not in library().municipality.closed


def takes_attachments() -> bool:
    """Tell whether the municipality of the request takes files with what is sent: only where it says so (HE-5)."""
    return bool(library().municipality.facts.get("attachments"))


def install(app: Flask) -> None:
    """Give every template the frame."""

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {"site": current_site()} if tenant() else {}
