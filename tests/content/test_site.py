from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.factories.site import DALSBYGD, FJORDVIK, HOST, ask, look_now, publish_change
from tests.page import Client, Page
from webapp.app import Avklart
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.kernel.language import LANGUAGES

FACTS = PageKey("dalsbygd", "municipality", "dalsbygd", "common")
SITES = [(FJORDVIK, f"http://{HOST}"), (HOST, f"http://{HOST}"), (DALSBYGD, f"http://{DALSBYGD}:8000")]
PATHS = ["", "abc/", "abc/fall", "tjenester/hjemmesykepleie", "innsatstrapp", "hvem-gjor-hva/snomaking", "om"]


@pytest.fixture
def dalsbygd(avklart: Avklart) -> Client:
    """A reader in Dalsbygd."""
    return Client(avklart.front, DALSBYGD)


def _head(page: Page, selector: str) -> list[str]:
    return [str(link["href"]) for link in page.soup.select(f"head {selector}")]


@pytest.mark.parametrize(("host", "base"), SITES)
@pytest.mark.parametrize("path", PATHS)
def test_the_canonical_address_is_absolute_on_the_municipalitys_own_host(
    avklart: Avklart, host: str, base: str, path: str
) -> None:
    for language in LANGUAGES:
        page = Client(avklart.front, host).get(f"/{language}/{path}?fbclid=1")
        assert _head(page, 'link[rel="canonical"]') == [f"{base}/{language}/{path}"]
        alternates = {str(link["hreflang"]): str(link["href"]) for link in page.soup.select("head link[hreflang]")}
        assert alternates == {code: f"{base}/{code}/{path}" for code in LANGUAGES}


def test_addresses_for_others_never_come_from_the_host_header(avklart: Avklart) -> None:
    for path in ("/nb/", "/sitemap.xml", "/robots.txt", "/.well-known/security.txt", "/api/tjenester.json"):
        assert "evil" not in ask(avklart.front, path, host="evil.example:9999").text


def test_a_refusal_has_no_canonical_address(client: Client) -> None:
    page = client.get("/nb/nothing-here", status=404)
    assert not page.soup.select('link[rel="canonical"], link[hreflang][rel="alternate"]')


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_carries_the_emergency_numbers_and_the_way_to_all_of_them(client: Client, language: str) -> None:
    for path in (*PATHS, "sok", "nothing-here"):
        page = client.get(f"/{language}/{path}", status=404 if path == "nothing-here" else 200)
        footer = page.one("body > footer")
        numbers = [str(link["href"]) for link in footer.select('a[href^="tel:"]')]
        assert numbers[:3] == ["tel:113", "tel:116117", "tel:116123"]
        assert footer.select(f'a[href="/{language}/nodnummer"]')
        assert "tel:+4761359000" in numbers


def test_a_made_up_municipality_says_that_it_is_one(client: Client, dalsbygd: Client) -> None:
    for reader, name in ((client, "Fjordvik kommune"), (dalsbygd, "Dalsbygd kommune")):
        footer = reader.get("/nb/").one("body > footer").get_text(" ")
        assert f"{name} finnes ikke" in " ".join(footer.split())


def _theme(page: Page) -> list[str]:
    return [href for href in _head(page, 'link[rel="stylesheet"]') if href.startswith("/tema/")]


def test_a_municipality_without_a_colour_has_no_stylesheet_of_its_own(client: Client) -> None:
    assert _theme(client.get("/nb/")) == []


def test_a_municipalitys_stylesheet_carries_its_colour_and_is_named_by_what_is_in_it(
    avklart: Avklart, dalsbygd: Client, real_content: Reading
) -> None:
    (green,) = _theme(dalsbygd.get("/nn/"))
    assert "#1f5c3a" in ask(avklart.front, green, host=DALSBYGD).text
    publish_change(avklart.database, real_content, FACTS, accent="#7a1f5c")
    look_now(avklart)
    (purple,) = _theme(dalsbygd.get("/nn/"))
    assert purple != green
    assert "#7a1f5c" in ask(avklart.front, purple, host=DALSBYGD).text
    assert ask(avklart.front, green, host=DALSBYGD).status == 404
    publish_change(avklart.database, real_content, FACTS, accent="")
    look_now(avklart)
    assert _theme(dalsbygd.get("/nn/")) == []
    assert ask(avklart.front, purple, host=DALSBYGD).status == 404


def test_a_colour_that_cannot_be_read_gives_way_to_the_common_ones(
    avklart: Avklart, dalsbygd: Client, real_content: Reading
) -> None:
    publish_change(avklart.database, real_content, FACTS, accent="#ffff00")
    look_now(avklart)
    assert _theme(dalsbygd.get("/nn/")) == []


def test_a_stylesheet_of_another_name_or_another_municipality_is_not_there(avklart: Avklart, dalsbygd: Client) -> None:
    (green,) = _theme(dalsbygd.get("/nn/"))
    assert ask(avklart.front, green, host=FJORDVIK).status == 404
    for name in ("/tema/.css", "/tema/x.css", green.upper(), green.replace(".css", ".css.css"), green[:-4]):
        assert ask(avklart.front, name, host=DALSBYGD).status == 404


def test_every_link_in_the_frame_leads_to_a_page(avklart: Avklart, client: Client) -> None:
    for language in LANGUAGES:
        frame = client.get(f"/{language}/").soup.select("body > header a, body > footer a, head link")
        for href in {str(link["href"]).partition("#")[0] for link in frame}:
            if href.startswith("/"):
                assert ask(avklart.front, *href.split("?")).status == 200, href


def test_a_page_asks_for_built_assets_only(client: Client) -> None:
    asked = set()
    for path in PATHS:
        page = client.get(f"/nb/{path}")
        asked |= {str(link["src"]) for link in page.soup.select("script[src]")}
        asked |= set(_head(page, 'link[rel="stylesheet"]'))
    built = {path.name for path in (Path(__file__).parents[2] / "webapp" / "static" / "dist").iterdir()}
    assert len(asked) >= 3
    for address in asked:
        assert re.fullmatch(r"/static/[\w.-]+", address)
        assert address.removeprefix("/static/") in built
