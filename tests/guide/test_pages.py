"""Every public page, in every language, for both municipalities: it opens, and what must hold on pages holds."""

from __future__ import annotations

import pytest

from tests.page import Client
from webapp.app import Avklart
from webapp.content.domain.addresses import PAGES, address
from webapp.kernel.language import LANGUAGES

FIXED = (
    "", "abc/", "abc/?for=parorende", "abc/?situasjon=sliten", "abc/?omrade=mat", "tjenester/", "innsatstrapp",
    "hvem-gjor-hva", "hvem-gjor-hva?q=sn%C3%B8", "hvem-gjor-hva?q=zzzzzz", "hjelpemidler", "tilbud", "moteplasser",
    "sok", "sok?q=alarm", "sok?q=zzzzzz", "sok/forslag?q=al", "nodnummer", "ordliste", "andre-sprak/",
    "andre-sprak/ar", *PAGES,
)  # fmt: skip


@pytest.mark.parametrize("host", ["fjordvik.localhost", "dalsbygd.localhost"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fixed_page_opens_in_every_language(avklart: Avklart, host: str, language: str) -> None:
    client = Client(avklart.front, host)
    for path in FIXED:
        client.get(f"/{language}/{path}")


@pytest.mark.parametrize("kind", ["entry", "service", "task", "aid", "offer"])
def test_every_content_page_opens(avklart: Avklart, client: Client, kind: str) -> None:
    avklart.bookshelf.freshen()
    pages = avklart.bookshelf.tenant("fjordvik").pages(kind, "nb")
    assert pages
    for turn, page in enumerate(pages):
        others = [language for language in page.languages if language != "nb"]
        for language in ["nb", *others[turn % 2 : turn % 2 + 1]]:  # that every one is there, the map of the site shows
            client.get(address(kind, page.slug, language))
