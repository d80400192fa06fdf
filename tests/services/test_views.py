from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from tests import swap
from tests.factories.site import DALSBYGD, FJORDVIK, ask, look_now, publish_all, publish_change
from tests.page import Client, Page
from webapp.app import Avklart
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.kernel.clock import FixedClock
from webapp.kernel.language import LANGUAGES
from webapp.web.markdown import to_html

NO = {
    "nb": (
        "Kommunen gjør vanligvis ikke dette.",
        "Dette finnes i stedet:",
        "Trenger du det likevel?",
        "Du kan alltid søke.",
        "Søk eller spør oss:",
    ),
    "nn": (
        "Kommunen gjer vanlegvis ikkje dette.",
        "Dette finst i staden:",
        "Treng du det likevel?",
        "Du kan alltid søkje.",
        "Søk eller spør oss:",
    ),
    "en": (
        "The municipality normally does not do this.",
        "This is what there is instead:",
        "Do you need it all the same?",
        "You can always apply.",
        "Apply or ask us:",
    ),
}
SOMETIMES = {
    "nb": "Kommunen gjør dette av og til.",
    "nn": "Kommunen gjer dette av og til.",
    "en": "The municipality sometimes does this.",
}
OFFICE = {"fjordvik": "61 35 90 10", "dalsbygd": "61 35 91 10"}
HOSTS = {"fjordvik": FJORDVIK, "dalsbygd": DALSBYGD}


def fields_of(reading: Reading, kind: str, code: str = "") -> dict[str, dict[str, Any]]:
    """Answer the common part of every page of a kind as a municipality has it, by slug."""
    found: dict[str, dict[str, Any]] = {}
    for owner in (None, code):
        for key, part in reading.parts.items():
            if (key.kind, key.language, key.municipality) == (kind, "common", owner):
                found[key.slug] = {**found.get(key.slug, {}), **part.fields}
    return found


def text_of(element: Tag) -> str:
    """Answer the text of an element with single spaces."""
    return " ".join(element.get_text(" ").split())


def main_of(site: Avklart, path: str, code: str = "fjordvik") -> Tag:
    """Answer the main part of a page, parsed quickly."""
    answer = ask(site.front, *path.split("?"), host=HOSTS[code])
    assert answer.status == 200, path
    return BeautifulSoup(answer.text, "html.parser").select("main")[0]


def slugs_in(page: Page | Tag, room: str) -> list[str]:
    """Answer the slugs of the pages of a room that a page links to, in their order."""
    root = page.one("main") if isinstance(page, Page) else page
    hrefs = [str(link["href"]) for link in root.select("a[href]")]
    return [href.rsplit("/", 1)[1] for href in hrefs if re.fullmatch(rf"/\w\w/{room}/[\w-]+", href)]


@pytest.mark.parametrize("code", ["fjordvik", "dalsbygd"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_municipalitys_no_always_has_its_four_parts_in_order(
    standing: Avklart, real_content: Reading, language: str, code: str
) -> None:
    """The no, what there is instead and from whom, that one may apply all the same, and whom to ring."""
    refused = [slug for slug, task in fields_of(real_content, "task", code).items() if task["stance"] == "not_normally"]
    assert len(refused) > 20
    for slug in refused:
        main = main_of(standing, f"/{language}/hvem-gjor-hva/{slug}", code)
        text = text_of(main)
        places = [text.index(words) for words in NO[language]]
        assert places == sorted(places), slug
        no, instead, still, apply, ring = places
        assert len(text[no:instead]) > len(NO[language][0]) + 15, f"{slug}: no reason"
        assert len(text[instead:still]) > len(NO[language][1]) + 15, f"{slug}: nothing instead"
        telephones = re.findall(r"\d\d \d\d \d\d \d\d", text[instead:still])
        assert telephones, f"{slug}: nobody to ring for what there is instead"
        assert text[ring:].removeprefix(NO[language][4]).strip().startswith(OFFICE[code]), slug
        numbers = {str(link["href"]) for link in main.select("a[href^='tel:']")}
        assert numbers >= {f"tel:+47{OFFICE[code].replace(' ', '')}"}
        assert apply > still


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_task_that_the_municipality_does_is_never_answered_with_a_no(
    standing: Avklart, real_content: Reading, language: str
) -> None:
    for slug, task in fields_of(real_content, "task", "fjordvik").items():
        text = text_of(main_of(standing, f"/{language}/hvem-gjor-hva/{slug}"))
        assert (NO[language][0] in text) == (task["stance"] == "not_normally"), slug
        assert (SOMETIMES[language] in text) == (task["stance"] == "sometimes"), slug
        assert OFFICE["fjordvik"] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_volunteers_stand_last_and_never_alone_for_what_somebodys_safety_hangs_on(
    standing: Avklart, real_content: Reading, language: str
) -> None:
    words = {"nb": "frivillige", "nn": "frivillige", "en": "volunteers"}[language]
    extra = {
        "nb": "Frivillige kommer i tillegg",
        "nn": "Frivillige kjem i tillegg",
        "en": "Volunteers come in addition",
    }
    for slug, task in fields_of(real_content, "task", "fjordvik").items():
        found = main_of(standing, f"/{language}/hvem-gjor-hva/{slug}").select(".answer__others")
        others = task.get("others", [])
        named = [] if task.get("critical") and others == ["volunteer"] else others
        assert bool(found) == bool(named), slug
        if found:
            text = text_of(found[0])
            assert (extra[language] in text) == ("volunteer" in named), slug
            if "volunteer" in named:
                assert text.split(".")[0].endswith(words), slug


QUESTIONS = [
    ("fjordvik", "nb", "snø", NO["nb"][0]),
    ("fjordvik", "nn", "snø", NO["nn"][0]),
    ("fjordvik", "en", "snow", NO["en"][0]),
    ("dalsbygd", "nb", "snø", SOMETIMES["nb"]),
    ("dalsbygd", "nn", "snø", SOMETIMES["nn"]),
    ("dalsbygd", "en", "snow", SOMETIMES["en"]),
]


@pytest.mark.parametrize(("code", "language", "words", "line"), QUESTIONS)
def test_who_clears_the_snow_is_answered_at_once_and_by_each_municipality_itself(
    avklart: Avklart, code: str, language: str, words: str, line: str
) -> None:
    page = Client(avklart.front, HOSTS[code]).get(f"/{language}/hvem-gjor-hva?q={words}")
    answer = page.soup.select("#svar article")[0]
    assert slugs_in(answer, "hvem-gjor-hva")[0] == "snomaking"
    assert line in text_of(answer)
    assert OFFICE[code] in text_of(answer)


@pytest.mark.parametrize("code", ["fjordvik", "dalsbygd"])
@pytest.mark.parametrize(
    ("language", "words"), [("nb", "følge til lege"), ("nn", "følgje til lege"), ("en", "go with to the doctor")]
)
def test_who_goes_with_to_the_doctor_is_answered_at_once(
    avklart: Avklart, real_content: Reading, code: str, language: str, words: str
) -> None:
    page = Client(avklart.front, HOSTS[code]).get(f"/{language}/hvem-gjor-hva?q={words.replace(' ', '+')}")
    answer = page.soup.select("#svar article")[0]
    slug = slugs_in(answer, "hvem-gjor-hva")[0]
    assert slug == "folge-til-lege"
    task = fields_of(real_content, "task", code)[slug]
    assert task["stance"] == "not_normally"
    places = [text_of(answer).index(part) for part in NO[language]]
    assert places == sorted(places)


def test_a_question_without_an_answer_leads_to_a_telephone_and_the_list(client: Client) -> None:
    page = client.get("/nb/hvem-gjor-hva?q=zzzzzz")
    answer = page.one("#svar")
    assert "zzzzzz" in text_of(answer)
    assert answer.select("a[href='tel:+4761359000']")
    assert len(slugs_in(page, "hvem-gjor-hva")) > 100


def test_an_empty_question_is_no_question(client: Client) -> None:
    plain = client.get("/nb/hvem-gjor-hva")
    for query in ("?q=", "?q=+++", "?x=1"):
        assert swap.words_of(client.get(f"/nb/hvem-gjor-hva{query}").soup) == swap.words_of(plain.soup)
    assert text_of(plain.one("#svar")) == ""


def test_what_was_asked_stands_in_the_field_as_text(client: Client) -> None:
    attack = "<script>alert(1)</script>\"'"
    page = client.get("/nb/hvem-gjor-hva", query_string={"q": attack})
    assert page.one("main input[name=q]")["value"] == attack
    assert not [script for script in page.soup.select("script") if script.string]


@pytest.mark.parametrize("code", ["fjordvik", "dalsbygd"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_tasks_has_each_once_in_the_order_of_the_catalogue(
    standing: Avklart, real_content: Reading, language: str, code: str
) -> None:
    tasks = fields_of(real_content, "task", code)
    listed = slugs_in(main_of(standing, f"/{language}/hvem-gjor-hva", code), "hvem-gjor-hva")
    assert sorted(listed) == sorted(tasks)
    numbers = [tuple(int(part) for part in tasks[slug]["number"].split(".")) for slug in listed]
    by_area: dict[str, list[tuple[int, ...]]] = {}
    for slug, number in zip(listed, numbers, strict=True):
        by_area.setdefault(tasks[slug]["area"], []).append(number)
    assert all(found == sorted(found) for found in by_area.values())
    areas = [tasks[slug]["area"] for slug in listed]
    assert sum(before != after for before, after in pairwise(areas)) == len(set(areas)) - 1, "an area stands twice"


SWAPS = [
    ("/nb/hvem-gjor-hva", "snø"),
    ("/nb/hvem-gjor-hva", "zzzzzz"),
    ("/nb/hvem-gjor-hva", ""),
    ("/nb/hvem-gjor-hva?q=mat", "snø"),
    ("/en/hvem-gjor-hva", "<b>snow</b> & ice"),
    ("/nb/sok", "alarm"),
    ("/nb/sok", "zzzzzz"),
    ("/nn/sok?q=alarm", "følgje til lege"),
    ("/en/sok?q=zzzzzz", ""),
]


@pytest.mark.parametrize(("start", "words"), SWAPS)
def test_a_part_put_in_its_place_is_the_page_loaded_anew(client: Client, start: str, words: str) -> None:
    swapped, loaded = swap.submitted(client, start, words)
    assert swap.words_of(swapped) == swap.words_of(loaded)


@pytest.mark.parametrize("code", ["fjordvik", "dalsbygd"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_staircase_lists_every_service_of_the_municipality_on_its_steps(
    standing: Avklart, real_content: Reading, language: str, code: str
) -> None:
    services = fields_of(real_content, "service", code)
    pictures = real_content.parts[PageKey(None, "document", "staircase", "common")].fields["pictures"]
    facts = real_content.parts[PageKey(code, "municipality", code, "common")].fields
    covers = [set(step["covers"]) for step in pictures[facts["picture"]]["steps"]]
    main = main_of(standing, f"/{language}/innsatstrapp", code)
    assert {slug for slug, fields in services.items() if not fields.get("signpost")} == set(slugs_in(main, "tjenester"))
    for number, covered in enumerate(covers):
        (step,) = main.select(f"#trinn-{number}")
        expected = {
            slug for slug, fields in services.items() if not fields.get("signpost") and covered & set(fields["steps"])
        }
        assert set(slugs_in(step, "tjenester")) == expected, number


@pytest.mark.parametrize("code", ["fjordvik", "dalsbygd"])
def test_a_service_names_the_steps_of_the_municipalitys_own_picture(
    standing: Avklart, real_content: Reading, code: str
) -> None:
    staircase = main_of(standing, "/nb/innsatstrapp", code)
    for slug, fields in fields_of(real_content, "service", code).items():
        if fields.get("signpost"):
            continue
        found = main_of(standing, f"/nb/tjenester/{slug}", code).select("a[href*='innsatstrapp#']")
        named = {str(link["href"]).partition("#")[2] for link in found}
        assert named == {
            str(step["id"]) for step in staircase.select("[id^=trinn-]") if slug in slugs_in(step, "tjenester")
        }
        assert named


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_services_has_each_once_and_the_help_of_others_last(
    standing: Avklart, real_content: Reading, language: str
) -> None:
    services = fields_of(real_content, "service", "fjordvik")
    listed = slugs_in(main_of(standing, f"/{language}/tjenester/"), "tjenester")
    assert sorted(listed) == sorted(services)
    is_signpost = [bool(services[slug].get("signpost")) for slug in listed]
    assert is_signpost == sorted(is_signpost)
    assert True in is_signpost


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "room"), [("aid", "hjelpemidler"), ("offer", "tilbud")])
def test_aids_and_offers_are_listed_once_each_by_what_they_are(
    standing: Avklart, real_content: Reading, language: str, kind: str, room: str
) -> None:
    pages = fields_of(real_content, kind, "fjordvik")
    main = main_of(standing, f"/{language}/{room}")
    assert sorted(slugs_in(main, room)) == sorted(pages)
    for group in main.select("section"):
        assert len({pages[slug]["category"] for slug in slugs_in(group, room)}) == 1


SERVICE_SECTIONS = (
    "for_whom", "criteria", "does", "does_not", "we_expect", "you_can_expect", "cost",
    "apply", "time", "change", "complaint_text",
)  # fmt: skip


def test_a_service_shows_its_sections_in_one_order_with_what_is_common_to_all(
    standing: Avklart, real_content: Reading
) -> None:
    for slug, fields in fields_of(real_content, "service", "fjordvik").items():
        main = main_of(standing, f"/nb/tjenester/{slug}")
        shown = [str(section["aria-labelledby"]) for section in main.select("article section[aria-labelledby]")]
        if fields.get("signpost"):
            assert shown == [], slug
        else:
            assert shown == [name.replace("_", "-") for name in SERVICE_SECTIONS], slug
        assert main.select("article a[href^='tel:']"), slug


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "mister du ikke hjelp du har rett til"),
        ("nn", "mistar du ikkje hjelp du har rett til"),
        ("en", "you do not lose help that you have a right to"),
    ],
)
def test_what_is_asked_of_people_never_stands_without_their_right_to_help(
    standing: Avklart, real_content: Reading, language: str, words: str
) -> None:
    for slug, fields in fields_of(real_content, "service", "fjordvik").items():
        asked = main_of(standing, f"/{language}/tjenester/{slug}").select("section[aria-labelledby='we-expect']")
        assert len(asked) == (0 if fields.get("signpost") else 1), slug
        assert all(words in " ".join(section.get_text().split()) for section in asked), slug


def test_a_service_tells_machines_what_it_tells_readers(client: Client, real_content: Reading) -> None:
    for slug in list(fields_of(real_content, "service"))[::8]:
        for language in LANGUAGES:
            page = client.get(f"/{language}/tjenester/{slug}")
            told = json.loads(page.one("head script[type='application/ld+json']").string or "")
            assert told["@type"] == "GovernmentService"
            assert told["name"] == page.heading()
            assert told["url"] == f"http://127.0.0.1:8000/{language}/tjenester/{slug}"
            assert told["provider"]["telephone"] == "61 35 90 00"
            assert "".join(told["description"].split()) in page.text.replace(" ", "")


def test_what_a_service_is_called_cannot_break_out_of_what_machines_are_told(
    avklart: Avklart, real_content: Reading
) -> None:
    attack = "</script><script>alert(1)</script>"
    publish_change(avklart.database, real_content, PageKey(None, "service", "matlevering", "nb"), title=attack)
    look_now(avklart)
    page = Client(avklart.front).get("/nb/tjenester/matlevering")
    assert page.heading() == attack
    assert json.loads(page.one("head script[type='application/ld+json']").string or "")["name"] == attack
    assert not [
        script for script in page.soup.select("script") if "alert" in script.get_text() and not script.get("type")
    ]


def test_a_service_says_what_it_said_before_it_was_changed(avklart: Avklart, real_content: Reading) -> None:
    key = PageKey(None, "service", "matlevering", "nb")
    before = real_content.parts[key].fields["cost"]
    publish_change(avklart.database, real_content, key, cost="Maten koster nå det dobbelte.")
    look_now(avklart)
    page = Client(avklart.front).get("/nb/tjenester/matlevering")
    earlier = page.one("details:has(h3)")
    assert text_of(BeautifulSoup(to_html(before), "html.parser"))[:30] in text_of(earlier)
    assert "det dobbelte" not in text_of(earlier)
    assert "det dobbelte" in text_of(page.one("section[aria-labelledby='cost']"))
    assert "22. november 2026" in text_of(earlier)
    assert not Client(avklart.front).get("/nb/tjenester/hjemmesykepleie").soup.select("details:has(h3)")


OFFER = "besok-i-treningsleilighet"


def _days(site: Avklart) -> list[str]:
    look_now(site)
    section = Client(site.front).get(f"/nb/tilbud/{OFFER}").one("section[aria-labelledby='datoer']")
    return [text_of(item).split(",")[0] for item in section.select("li")]


def test_an_offer_shows_the_dates_to_come_and_then_a_telephone(
    avklart: Avklart, clock: FixedClock, real_content: Reading
) -> None:
    key = PageKey("fjordvik", "offer", OFFER, "common")
    dates = [{"day": f"2026-12-{day:02}", "place": "Treningsleiligheten"} for day in (9, 3, 24)]
    publish_change(avklart.database, real_content, key, dates=dates)
    assert _days(avklart) == ["3. desember 2026", "9. desember 2026", "24. desember 2026"]
    clock.time = datetime(2026, 12, 3, 22, 59, tzinfo=UTC)
    assert _days(avklart) == ["3. desember 2026", "9. desember 2026", "24. desember 2026"]
    clock.time = datetime(2026, 12, 3, 23, 0, tzinfo=UTC)
    assert _days(avklart) == ["9. desember 2026", "24. desember 2026"]
    clock.time = datetime(2026, 12, 25, 12, 0, tzinfo=UTC)
    assert _days(avklart) == []
    section = Client(avklart.front).get(f"/nb/tilbud/{OFFER}").one("section[aria-labelledby='datoer']")
    assert "Ring og avtal tid." in text_of(section)
    assert section.select("a[href^='tel:']")


def test_no_offer_of_the_content_has_a_date_that_is_no_date(real_content: Reading) -> None:
    days = [found["day"] for key, part in real_content.parts.items() if key.kind == "offer"
            for found in part.fields.get("dates", ())]  # fmt: skip
    assert days
    assert all(date.fromisoformat(day) for day in days)


@pytest.mark.parametrize(("code", "neighbour"), [("fjordvik", "dalsbygd"), ("dalsbygd", "fjordvik")])
def test_meeting_places_are_our_own_and_the_neighbours_open_ones(
    standing: Avklart, real_content: Reading, code: str, neighbour: str
) -> None:
    places = {owner: fields_of(real_content, "place", owner) for owner in (code, neighbour)}
    ours = set(places[code])
    theirs = {slug for slug, fields in places[neighbour].items() if fields.get("open_to_neighbours")}
    assert ours
    assert theirs
    assert theirs != set(places[neighbour])
    sections = main_of(standing, "/nb/moteplasser", code).select("section")
    assert [{str(place["id"]) for place in section.select("article[id]")} for section in sections] == [ours, theirs]


def test_a_meeting_place_that_a_neighbour_opens_is_seen_at_once(avklart: Avklart, real_content: Reading) -> None:
    closed = next(
        slug
        for slug, fields in fields_of(real_content, "place", "dalsbygd").items()
        if not fields.get("open_to_neighbours")
    )
    assert f'id="{closed}"' not in ask(avklart.front, "/nb/moteplasser").text
    key = PageKey("dalsbygd", "place", closed, "common")
    publish_all(avklart.database, [(key, {**real_content.parts[key].fields, "open_to_neighbours": True})])
    look_now(avklart)
    assert f'id="{closed}"' in ask(avklart.front, "/nb/moteplasser").text


def test_an_aid_shows_how_it_has_gone_only_where_it_was_counted(standing: Avklart) -> None:
    for code, is_counted in (("fjordvik", True), ("dalsbygd", False)):
        main = main_of(standing, "/nb/hjelpemidler/trygghetsalarm", code)
        assert bool(main.select("section[aria-labelledby='tall']")) == is_counted
