"""Where each kind of page is read: the addresses of urls.md, the same in every language."""

from __future__ import annotations

_PATTERNS = {
    "entry": "/{language}/abc/{slug}",
    "service": "/{language}/tjenester/{slug}",
    "task": "/{language}/hvem-gjor-hva/{slug}",
    "aid": "/{language}/hjelpemidler/{slug}",
    "offer": "/{language}/tilbud/{slug}",
    "selfcheck": "/{language}/selvsjekk/{slug}",
    "plan": "/{language}/min-plan/{slug}",
    "place": "/{language}/moteplasser#{slug}",
    "page": "/{language}/{slug}",
}

_PLACES = {"avtale": "avtale/", "avtale-eksempel": "avtale/eksempel"}
"""The pages of running text that stand in a room of their own."""
AGREEMENT_PAGES = frozenset(_PLACES)
"""Those of them that lead to beginning an agreement."""

PAGES = (
    "om", "personvern", "tilgjengelighet", "slik-avgjor-vi", "det-du-kan-vente", "ung", "dere-sa-vi-endret",
)  # fmt: skip
"""The pages of running text that have an address of their own, by slug."""


def address(kind: str, slug: str, language: str) -> str:
    """Answer the address of a page, for readers of a language."""
    return _PATTERNS[kind].format(language=language, slug=_PLACES.get(slug, slug) if kind == "page" else slug)
