from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup, Tag

from tests.factories.site import DALSBYGD, FJORDVIK, ask, look_now, publish_all
from tests.page import Client, Page
from webapp.app import Avklart
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.guide.domain import AREA_WORDS, AUDIENCE_WORDS, SITUATION_WORDS
from webapp.kernel.clock import FixedClock
from webapp.kernel.language import LANGUAGES

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ"
NAMES = ("yourself", "municipality", "otherwise", "talk", "more")
TRIAL = "proveoppslag"
COMMON = {
    "audience": ["older"],
    "areas": ["food"],
    "situations": [],
    "owner": "home_care",
    "reviewed": "2026-11-01",
    "review_by": "2027-11-01",
}
TEXT = {
    "title": "Prøveoppslaget",
    "short": "Kort svar.",
    "yourself": "Gjør dette selv.",
    "municipality": "Vi bidrar.",
    "talk": "Snakk sammen.",
}


def entries_of(reading: Reading) -> dict[str, dict[str, Any]]:
    """Answer the common part of every shared entry, by slug."""
    return {
        key.slug: dict(part.fields)
        for key, part in reading.parts.items()
        if key.kind == "entry" and key.language == "common" and key.municipality is None
    }


def title_links(page: Page) -> list[tuple[str, str]]:
    """Answer the entries of an index in their order: title and address."""
    links = page.soup.select("main section[aria-labelledby^=bokstav-] a")
    return [(" ".join(link.get_text().split()), str(link["href"])) for link in links]


def language_of(element: Tag) -> str:
    """Answer the language in which a screen reader reads an element."""
    nearest = next(parent for parent in (element, *element.parents) if parent.get("lang"))
    return str(nearest["lang"])


def in_norwegian_order(title: str) -> list[int]:
    """Answer a key for Norwegian order that is made in another way than the product's: by the letters' places."""
    plain = title.upper().replace("É", "E").replace("Ö", "Ø").replace("Ä", "Æ").replace("AA", "Å")
    return [ALPHABET.index(letter) for letter in plain if letter in ALPHABET]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["abc/", ""])
def test_the_letter_bar_shows_all_letters_and_links_those_that_lead_somewhere(
    client: Client, language: str, path: str
) -> None:
    bar = client.get(f"/{language}/{path}").one("nav:has(a[href*=bokstav])")
    index = client.get(f"/{language}/abc/")
    letters = [item.get_text(strip=True) for item in bar.find_all("li")]
    assert "".join(letters) == ALPHABET
    begins = {title[0].upper() for title, _ in title_links(index)}
    for item, letter in zip(bar.find_all("li"), letters, strict=True):
        link = item.find("a")
        assert (link is not None) == (letter in begins), letter
        if link is not None:
            address, _, target = str(link["href"]).partition("#")
            assert address in {"", f"/{language}/abc/"}
            assert index.one(f"[id='{target}']").get_text(strip=True) == letter
    assert len(begins) < len(ALPHABET), "no letter is inert: the test proves nothing"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_lists_every_entry_once_from_a_to_aa(client: Client, real_content: Reading, language: str) -> None:
    index = client.get(f"/{language}/abc/")
    titles = [title for title, _ in title_links(index)]
    slugs = [href.rsplit("/", 1)[1] for _, href in title_links(index)]
    assert sorted(slugs) == sorted(entries_of(real_content))
    for before, after in pairwise(titles):
        assert in_norwegian_order(before) <= in_norwegian_order(after)
    for section in index.soup.select("section[aria-labelledby^=bokstav-]"):
        letter = str(section["aria-labelledby"])[-1]
        assert {link.get_text(strip=True)[0].upper() for link in section.find_all("a")} == {letter}


FILTERS = [
    *(("for", word, "audience", code) for word, code in AUDIENCE_WORDS.items()),
    *(("situasjon", word, "situations", code) for word, code in SITUATION_WORDS.items()),
    *(("omrade", word, "areas", code) for word, code in AREA_WORDS.items()),
]


@pytest.mark.parametrize("way", FILTERS, ids=[f"{way[0]}={way[1]}" for way in FILTERS])
def test_a_way_in_leads_to_the_entries_that_are_written_for_it(
    client: Client, real_content: Reading, way: tuple[str, str, str, str]
) -> None:
    argument, word, field, code = way
    page = client.get(f"/nb/abc/?{argument}={word}")
    expected = {slug for slug, fields in entries_of(real_content).items() if code in fields.get(field, ())}
    assert {href.rsplit("/", 1)[1] for _, href in title_links(page)} == expected
    assert expected
    assert [str(link["href"]) for link in page.soup.select('main a[aria-current="page"]')] == [
        f"/nb/abc/?{argument}={word}"
    ]
    assert page.heading() != client.get("/nb/abc/").heading()


def test_ways_in_can_be_combined(client: Client, real_content: Reading) -> None:
    page = client.get("/nb/abc/?for=parorende&situasjon=demens&omrade=helsehjelp")
    expected = {
        slug
        for slug, fields in entries_of(real_content).items()
        if "caregiver" in fields["audience"]
        and "dementia" in fields.get("situations", ())
        and "health_care" in fields["areas"]
    }
    assert {href.rsplit("/", 1)[1] for _, href in title_links(page)} == expected
    assert expected


@pytest.mark.parametrize("word", SITUATION_WORDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_situation_begins_with_what_comes_first(
    client: Client, real_content: Reading, language: str, word: str
) -> None:
    documents = real_content.parts[PageKey(None, "document", "situations", "common")].fields
    written = documents["situations"][SITUATION_WORDS[word].replace("_", "-")]
    page = client.get(f"/{language}/abc/?situasjon={word}")
    assert page.heading() == written["name"][language]
    steps = [" ".join(item.get_text().split()) for item in page.soup.select("main ol li")]
    assert len(steps) == len(written["first"][language])
    named = [f"/{language}/abc/{slug}" for slug in written["entries"]]
    listed = [str(link["href"]) for link in page.soup.select("main a")]
    assert [href for href in listed if href in named][: len(named)] == named


def test_a_way_in_without_entries_says_so_and_leads_on(avklart: Avklart, real_content: Reading) -> None:
    changed = [
        (PageKey(None, "entry", slug, "common"), {**fields, "audience": ["older"]})
        for slug, fields in entries_of(real_content).items()
        if "young_carer" in fields["audience"]
    ]
    publish_all(avklart.database, changed)
    page = Client(avklart.front).get("/nb/abc/?for=ung")
    assert title_links(page) == []
    assert "Her er det ingenting ennå" in page.text
    assert "/nb/abc/" in page.links().values()


@pytest.fixture(scope="module")
def every_entry(standing: Avklart, real_content: Reading) -> dict[str, BeautifulSoup]:
    """Every entry of the look-up book in bokmål."""
    texts = {slug: ask(standing.front, f"/nb/abc/{slug}").text for slug in entries_of(real_content)}
    return {slug: BeautifulSoup(text, "html.parser") for slug, text in texts.items()}


def test_an_entry_shows_its_sections_in_one_order_and_none_without_a_text(
    every_entry: dict[str, BeautifulSoup], real_content: Reading
) -> None:
    for slug, soup in every_entry.items():
        text = real_content.parts[PageKey(None, "entry", slug, "nb")].fields
        shown = [str(section["aria-labelledby"]) for section in soup.select("article section[aria-labelledby]")]
        assert [name for name in shown if name in NAMES] == [name for name in NAMES if text.get(name)], slug
        assert ("gjore" in shown) == bool(text.get("todo"))
        headings = [found.get_text(strip=True) for name in shown for found in soup.select(f"[id='{name}']")]
        assert len(headings) == len(shown)
        assert len(headings) == len(set(headings))
        assert all(headings)


def test_an_entry_gives_the_urgent_numbers_before_its_text(
    every_entry: dict[str, BeautifulSoup], real_content: Reading
) -> None:
    for slug, fields in entries_of(real_content).items():
        main = every_entry[slug].select("main")[0]
        shown = [
            element
            for element in main.find_all(True)
            if element.name == "a" or "short-answer" in str(element.get("class"))
        ]
        numbers = [re.sub(r"tel:(\+47)?", "", str(element.get("href", ""))) for element in shown]
        answer = next(place for place, element in enumerate(shown) if element.name != "a")
        urgent = fields.get("emergency", [])
        assert numbers[answer - len(urgent) : answer] == urgent, slug
    assert sum(1 for fields in entries_of(real_content).values() if fields.get("emergency")) > 10


def test_an_entry_that_somebody_may_have_to_hide_can_be_left_quickly(
    every_entry: dict[str, BeautifulSoup], real_content: Reading
) -> None:
    kinds = {bool(fields.get("quick_exit")) for fields in entries_of(real_content).values()}
    assert kinds == {True, False}
    for slug, fields in entries_of(real_content).items():
        assert len(every_entry[slug].select("a[data-quick-exit]")) == bool(fields.get("quick_exit")), slug


@pytest.fixture
def trial(avklart: Avklart) -> Avklart:
    """A site with an entry in bokmål only, and with words of Fjordvik's own in English."""
    publish_all(
        avklart.database,
        [
            (PageKey(None, "entry", TRIAL, "common"), COMMON),
            (PageKey(None, "entry", TRIAL, "nb"), TEXT),
            (PageKey("fjordvik", "entry", TRIAL, "en"), {"local": "We have our own words."}),
        ],
    )
    look_now(avklart)
    return avklart


@pytest.mark.parametrize(
    ("language", "notice"),
    [
        ("nb", ""),
        ("nn", "Denne sida finst ikkje på nynorsk enno. Du les ho på bokmål."),
        ("en", "This page is not written in English yet. You are reading it in Bokmål."),
    ],
)
def test_a_page_that_is_not_written_in_the_readers_language_says_so_in_it(
    trial: Avklart, language: str, notice: str
) -> None:
    page = Client(trial.front).get(f"/{language}/abc/{TRIAL}")
    assert page.soup.html is not None
    assert page.soup.html["lang"] == language
    notices = [" ".join(found.get_text().split()) for found in page.soup.select("main > p.notice")]
    assert notices == ([notice] if notice else [])
    assert page.heading() == "Prøveoppslaget"
    assert language_of(page.one("main h1")) == "nb"
    for name in ("yourself", "municipality", "talk"):
        section = page.one(f"section[aria-labelledby='{name}']")
        assert language_of(section) == "nb"
        assert language_of(page.one(f"[id='{name}']")) == language
    for element in page.soup.select("main > p.notice, main nav, main details, main > footer"):
        assert language_of(element) == language


def test_a_fallback_in_the_index_is_marked_with_its_language(trial: Avklart) -> None:
    for language in LANGUAGES:
        index = Client(trial.front).get(f"/{language}/abc/")
        link = index.one(f"main section a[href='/{language}/abc/{TRIAL}']")
        assert language_of(link) == "nb"


def test_the_municipalitys_own_words_are_marked_with_their_own_language(trial: Avklart) -> None:
    for language in LANGUAGES:
        page = Client(trial.front).get(f"/{language}/abc/{TRIAL}")
        section = page.one("article section[aria-label]")
        assert "We have our own words." in section.get_text()
        assert language_of(section) == "en"
        assert language_of(section.select("h2")[0]) == language


def test_the_municipalitys_own_words_stand_in_its_own_site_only(trial: Avklart) -> None:
    assert "our own words" in ask(trial.front, f"/nb/abc/{TRIAL}", host=FJORDVIK).text
    assert "our own words" not in ask(trial.front, f"/nb/abc/{TRIAL}", host=DALSBYGD).text


def test_every_local_section_of_the_content_is_shown_in_its_municipality_alone(
    avklart: Avklart, real_content: Reading
) -> None:
    local = [(key, part.fields["local"]) for key, part in real_content.parts.items() if part.fields.get("local")]
    own = {(key.municipality, key.slug) for key, _ in local if key.kind == "entry"}
    assert {municipality for municipality, _ in own} == {"fjordvik", "dalsbygd"}
    for host, code, name in ((FJORDVIK, "fjordvik", "Fjordvik"), (DALSBYGD, "dalsbygd", "Dalsbygd")):
        for municipality, slug in own:
            page = Client(avklart.front, host).get(f"/nb/abc/{slug}")
            found = page.soup.select(f"article section[aria-label='Slik er det i {name}']")
            assert len(found) == (municipality == code), slug


def test_a_title_with_markup_in_it_is_shown_as_text(avklart: Avklart) -> None:
    attack = "<b>Fet</b> & 'skrift'"
    publish_all(
        avklart.database,
        [
            (PageKey(None, "entry", TRIAL, "common"), COMMON),
            (PageKey(None, "entry", TRIAL, "nb"), {**TEXT, "title": attack, "todo": [attack]}),
        ],
    )
    look_now(avklart)
    client = Client(avklart.front)
    assert client.get(f"/nb/abc/{TRIAL}").heading() == attack
    assert attack in client.get("/nb/abc/").text
    assert not client.get(f"/nb/abc/{TRIAL}").soup.select("h1 b, li b")


def _addresses(site: Avklart, host: str) -> list[str]:
    answer = ask(site.front, "/sitemap.xml", host=host)
    root = ET.fromstring(answer.text)
    return [str(found.text) for found in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def _crawl(site: Avklart, host: str, languages: tuple[str, ...]) -> dict[str, str]:
    """Follow every link from the front pages; answer every page by its path, and fail on a link that leads nowhere."""
    pages: dict[str, str] = {}
    waiting = [f"/{language}/" for language in languages]
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        answer = ask(site.front, unquote(path.partition("?")[0]), path.partition("?")[2], host=host)
        assert answer.status == 200, f"a link leads to {path}, which answers {answer.line}"
        if not answer.headers["Content-Type"].startswith("text/html") or answer.headers["Cache-Control"] == "no-store":
            continue  # a paper, or a page of the reader's own: neither stands on the map
        pages[path] = answer.text
        for href in re.findall(r'<a\b[^>]*?\shref="([^"]*)"', answer.text):
            address = href.replace("&amp;", "&")
            assert not address.startswith(("http:", "//")), f"{path} leads to {href}"
            target = address.partition("#")[0]
            if target[1:3] in languages and target.startswith("/") and target not in seen:
                seen.add(target)
                waiting.append(target)
    return pages


@pytest.mark.parametrize(
    ("host", "base", "languages"),
    [(FJORDVIK, "http://127.0.0.1:8000", LANGUAGES), (DALSBYGD, f"http://{DALSBYGD}:8000", ("nn",))],
)
def test_the_map_of_the_site_lists_every_page_that_links_lead_to_and_no_link_leads_nowhere(
    standing: Avklart, host: str, base: str, languages: tuple[str, ...]
) -> None:
    pages = _crawl(standing, host, languages)
    listed = _addresses(standing, host)
    assert len(listed) == len(set(listed))
    paths = {urlsplit(address).path for address in listed}
    assert {f"{base}{path}" for path in paths} == set(listed)
    paths = {path for path in paths if path[1:3] in languages}
    plain = {path for path in pages if "?" not in path and not path.endswith("/sok")}
    assert plain - paths == set()
    for path in paths - plain:
        assert ask(standing.front, path, host=host).status == 200, path
    for path, markup in pages.items():
        for target in re.findall(r'<a\b[^>]*?\shref="(/?(?:n[bn]/|en/)?[^":]*#[^"]+)"', markup):
            address, _, place = target.replace("&amp;", "&").partition("#")
            assert f'id="{place}"' in pages[address or path], f"{path} leads to {target}"


def test_the_map_of_the_site_tells_every_page_in_the_other_languages(client: Client) -> None:
    root = ET.fromstring(client.raw("/sitemap.xml").get_data(as_text=True))
    for url in root:
        alternates = {
            child.attrib["hreflang"]: urlsplit(child.attrib["href"]).path for child in url if child.tag.endswith("link")
        }
        assert set(alternates) == set(LANGUAGES)
        assert len({path[3:] for path in alternates.values()}) == 1
        assert all(path.startswith(f"/{language}/") for language, path in alternates.items())


def test_robots_may_read_the_public_pages_and_find_the_map(client: Client) -> None:
    lines = client.raw("/robots.txt").get_data(as_text=True).splitlines()
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in lines
    refused = {line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow")}
    assert refused == {"/saker/", "/redaksjon/", "/admin/", "/innlogging", "/id/"}


@pytest.mark.parametrize(
    ("host", "email", "base"),
    [
        (FJORDVIK, "post@fjordvik.example", "http://127.0.0.1:8000"),
        (DALSBYGD, "post@dalsbygd.example", f"http://{DALSBYGD}:8000"),
    ],
)
def test_who_finds_a_security_fault_reads_whom_to_tell(
    avklart: Avklart, clock: FixedClock, host: str, email: str, base: str
) -> None:
    for _ in range(2):
        text = ask(avklart.front, "/.well-known/security.txt", host=host).text
        fields = dict(line.split(": ", 1) for line in text.splitlines())
        assert fields["Contact"] == f"mailto:{email}"
        assert fields["Canonical"] == f"{base}/.well-known/security.txt"
        expires = datetime.fromisoformat(fields["Expires"])
        assert clock.now() + timedelta(days=30) < expires < clock.now() + timedelta(days=366)
        clock.time += timedelta(days=400)
        look_now(avklart)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize("language", LANGUAGES)
def test_further_languages_are_written_in_their_own_language_and_direction(client: Client, language: str) -> None:
    page = client.get(f"/{language}/andre-sprak/")
    links = page.soup.select("main a[hreflang]")
    assert len(links) >= 5
    for link in links:
        assert link["lang"] == link["hreflang"]
        further = client.get(str(link["href"]))
        article = further.one("main article")
        assert (article["lang"], article["dir"]) == (link["lang"], link["dir"])
        assert article.select('a[href="tel:113"]')


def test_the_front_page_leads_to_every_room_and_asks_one_question(client: Client) -> None:
    for language in LANGUAGES:
        page = client.get(f"/{language}/")
        assert page.one("main form")["action"] == f"/{language}/sok"
        for room in ("abc/", "tjenester/", "hvem-gjor-hva", "hjelpemidler", "tilbud", "moteplasser", "innsatstrapp"):
            assert f"/{language}/{room}" in page.links().values()
        assert page.soup.select('main a[href="tel:+4761359000"]')


def test_the_glossary_is_in_the_order_of_the_alphabet(client: Client, real_content: Reading) -> None:
    terms = real_content.parts[PageKey(None, "document", "glossary", "common")].fields["terms"]
    for language in LANGUAGES:
        words = [term.get_text(strip=True) for term in client.get(f"/{language}/ordliste").soup.select("main dt")]
        assert sorted(words) == sorted(term["word"][language] for term in terms.values())
        assert [in_norwegian_order(word) for word in words] == sorted(in_norwegian_order(word) for word in words)


def test_every_emergency_number_can_be_rung_and_the_urgent_ones_stand_first(
    client: Client, real_content: Reading
) -> None:
    numbers = real_content.parts[PageKey(None, "document", "numbers", "common")].fields["numbers"]
    for language in LANGUAGES:
        page = client.get(f"/{language}/nodnummer")
        rung = [link.get_text(strip=True) for link in page.soup.select("main ul a[href^='tel:']")]
        urgent = [number["telephone"] for number in numbers.values() if number.get("emergency")]
        others = [number["telephone"] for number in numbers.values() if not number.get("emergency")]
        assert urgent
        assert rung[: len(urgent) + len(others)] == urgent + others


@pytest.mark.parametrize(("word", "code"), AUDIENCE_WORDS.items())
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_role_begins_with_what_comes_first(standing: Avklart, word: str, code: str, language: str) -> None:
    host = DALSBYGD if language == "nn" else FJORDVIK
    page = BeautifulSoup(ask(standing.front, f"/{language}/abc/", f"for={word}", host=host).text, "html.parser")
    acts = [act.get_text(strip=True) for act in page.select(".first-things li")]
    assert 3 <= len(acts) <= 5
    assert page.select(".link-list--notes a")
    plans = {str(link["href"]) for link in page.select(".link-list--notes a") if "/min-plan/" in str(link["href"])}
    assert bool(plans) is (code != "young_carer")


@pytest.mark.parametrize(
    ("path", "query"),
    [("/nb/ung", ""), ("/nb/abc/", "for=ung"), ("/nb/abc/vold-og-overgrep", ""), ("/nb/tjenester/barnevern", "")],
)
def test_a_page_to_be_left_quickly_is_stored_by_no_browser(standing: Avklart, path: str, query: str) -> None:
    for _ in range(2):  # made anew, and as it was kept
        answer = ask(standing.front, path, query)
        is_sensitive = "data-quick-exit" in answer.text
        assert answer.headers["Cache-Control"] == ("no-store" if is_sensitive else "public, no-cache")
    assert is_sensitive or path.startswith("/nb/tjenester/")


def test_a_young_carer_finds_somebody_to_ring_on_top_and_the_way_to_the_own_page(standing: Avklart) -> None:
    page = BeautifulSoup(ask(standing.front, "/nb/abc/", "for=ung").text, "html.parser")
    numbers = [link.get_text(strip=True) for link in page.select(".emergency-box__number")]
    assert numbers[0] == "116 111"
    assert page.select_one("main a[href='/nb/ung']")
    assert not page.select("[data-collect]")
