"""What must hold of the book as a whole: every page is reached and leads on, and all languages say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories.content import keyed, make_whole_folder, part
from webapp.content import files
from webapp.content.cli import book_faults_of
from webapp.content.domain.book import check_book, measure_documents
from webapp.content.domain.check import Measured, measure
from webapp.content.domain.kind import SITUATIONS
from webapp.content.domain.pages import PageKey, PagePart
from webapp.kernel.text import Readability

HARD = "Kommunehelsetjenestens saksbehandlingsrutiner forutsetter gjennomgående tverrfaglighet. "
LONG = "Her er det et langt men lett ord og så et ord til og ett til og så er det slutt på det hele her."


def said(*parts: PagePart, about: str, measured: list[Measured] | None = None) -> set[tuple[str, str, str]]:
    """Answer the slugs, fields and messages of the findings that speak of something."""
    found = check_book(keyed(*parts), measured or [])
    return {(one.key.slug, one.field, one.message) for one in found if about in one.message}


def entry(slug: str, *, services: tuple[str, ...] = (), entries: tuple[str, ...] = ()) -> PagePart:
    """Make the common part of an entry that leads somewhere."""
    return part("entry", slug, services=list(services), entries=list(entries))


def texts(nb: str, nn: str, en: str) -> list[PagePart]:
    """Make a page in three languages."""
    return [part("page", "om", language, body=text) for language, text in (("nb", nb), ("nn", nn), ("en", en))]


def test_a_whole_book_has_nothing_to_be_said_of(tmp_path: Path) -> None:
    assert book_faults_of(files.read_tree(make_whole_folder(tmp_path / "content").root)) == []


def test_what_is_wrong_is_said_with_its_file_and_line(tmp_path: Path) -> None:
    folder = make_whole_folder(tmp_path / "content")
    folder.change("shared/entries/brodder/nn.md", "## talk\n\nTa dei på", "## talk\n\nHvis du tar dei på")
    (fault,) = book_faults_of(files.read_tree(folder.root))
    assert (fault.path, fault.line) == ("content/shared/entries/brodder/nn.md", 17)
    assert str(fault).endswith("talk: has 'Hvis', which is bokmål; allowed: nynorsk")


def test_an_entry_that_nothing_leads_to_is_found_though_it_names_itself() -> None:
    alone = [entry("alene", entries=("fall",)), part("entry", "alene", "nb", short="Se [her](entry:alene).")]
    assert said(*alone, entry("fall", entries=("alene2",)), about="not reached") == {
        ("alene", "page", "is not reached from any page; allowed: a page that another leads to")
    }


@pytest.mark.parametrize("kind", ["aid", "offer"])
def test_an_aid_or_offer_that_nothing_leads_to_is_found(kind: str) -> None:
    assert said(part(kind, "gps", entries=["fall"]), about="not reached")
    assert not said(part(kind, "gps"), part("page", "om", "nb", body=f"Se [her]({kind}:gps)."), about="not reached")


def test_a_situation_leads_to_its_entries() -> None:
    document = part("document", "situations", situations={"dementia": {"entries": ["fall"]}})
    assert not said(entry("fall"), document, about="not reached")


def test_a_point_of_a_plan_leads_to_the_page_that_it_names() -> None:
    plan = part("plan", "hjem", groups=[{"points": [{"text": {}, "entry": "fall"}]}])
    assert not said(entry("fall"), plan, about="not reached")


@pytest.mark.parametrize("kind", ["entry", "service", "task", "aid", "offer", "page"])
def test_a_page_that_leads_nowhere_is_found_unless_its_text_leads_on(kind: str) -> None:
    here, link = part(kind, "her"), part(kind, "her", "nb", short="Se [fall](entry:fall).")
    outside = part(kind, "her", "nb", short="Se [staten](https://www.helsenorge.no/).")
    assert said(here, outside, about="leads nowhere") == {
        ("her", "entries", "leads nowhere; allowed: a page that leads on to another")
    }
    assert not said(here, link, about="leads nowhere")


def test_a_service_is_reached_from_two_entries_and_other_pages_do_not_count() -> None:
    service = part("service", "kad", entries=["fall"])
    one = [service, entry("fall", services=("kad",)), part("aid", "gps", services=["kad"])]
    assert said(*one, about="entries; allowed") == {("kad", "page", "is reached from 1 entries; allowed: at least 2")}
    assert not said(*one, entry("fot", services=("kad",)), about="entries; allowed")


def test_a_task_is_reached_from_an_entry_or_a_service() -> None:
    task, other = part("task", "dusj", services=["kad"]), part("task", "mat", tasks=["dusj"])
    assert {slug for slug, _, _ in said(task, other, about="any entry or service")} == {"dusj", "mat"}
    by_text = part("service", "kad", "nb", does="Vi hjelper deg å [dusje](task:dusj).")
    assert {slug for slug, _, _ in said(task, other, by_text, about="any entry or service")} == {"mat"}


def test_every_situation_has_a_first_step_in_every_language() -> None:
    first = {"nb": ["Ring."], "nn": ["Ring."], "en": ["Call."]}
    whole = {name.replace("_", "-"): {"first": first} for name in SITUATIONS}
    assert not said(part("document", "situations", situations=whole), about="first step")
    broken = {**whole, "dementia": {"first": {**first, "en": []}}}
    del broken["last-phase"]
    assert {place for _, place, _ in said(part("document", "situations", situations=broken), about="first step")} == {
        "situations.dementia.first.en",
        *(f"situations.last-phase.first.{language}" for language in ("nb", "nn", "en")),
    }


def test_a_page_is_there_in_every_language() -> None:
    page = part("page", "om", "nb", body="Om oss.")
    assert said(page, part("page", "om", "nn", body="Om oss."), about="is not there") == {
        ("om", "page", "is not there in en; allowed: a page in every language")
    }


def test_a_page_of_a_municipality_may_be_in_its_own_language_alone() -> None:
    own = PagePart(PageKey("fjordvik", "place", "kafe", "nb"), {"short": "Kaffe."})
    assert list(check_book(keyed(own), [])) == []


def test_a_page_has_the_same_fields_and_as_many_points_to_do_in_every_language() -> None:
    nb = part("entry", "fall", "nb", short="Ring.", more="Les.", todo=["Ring", "Les"])
    nn = part("entry", "fall", "nn", short="Ring.", todo=["Ring", "Les"], synonyms=["dette"])
    en = part("entry", "fall", "en", short="Call.", more="Read.", todo=["Call"])
    assert said(nb, nn, en, about="allowed: the same fields") == {
        ("fall", "more", "is missing in nn; allowed: the same fields in every language")
    }
    assert said(nb, nn, en, about="lines") == {("fall", "todo", "has 1 lines, and 2 in bokmål; allowed: as many")}


@pytest.mark.parametrize(
    ("nb", "nn", "what"),
    [
        ("Ring 113.", "Ring.", "telephone number '113' in bokmål only"),
        ("Ring.", "Ring 116 117.", "telephone number '116 117' in nn only"),
        ("Ring 22 59 13 00.", "Ring 22 59 13 01.", "telephone number '22 59 13 00' in bokmål only"),
        ("Ring 800 30 196.", "Ring.", "telephone number '800 30 196' in bokmål only"),
        ("Ring {telephone}.", "Ring {home_care_telephone}.", "fact 'telephone' in bokmål only"),
        ("[Ring](tel:113).", "[Ring](tel:112).", "link 'tel:113' in bokmål only"),
        ("[Fall](entry:fall).", "Fall.", "link 'entry:fall' in bokmål only"),
    ],
)
def test_no_language_leaves_out_a_number_a_fact_or_a_link(nb: str, nn: str, what: str) -> None:
    assert said(*texts(nb, nn, nb), about=what)


def test_numbers_that_are_no_telephone_numbers_may_be_written_as_a_language_does() -> None:
    assert not said(*texts("Fra 2026, 67 år, 30 dager.", "Frå 2026.", "From 67."), about="number")


def test_a_document_has_every_text_in_every_language_with_the_same_numbers() -> None:
    terms = {
        "vedtak": {"word": {"nb": "vedtak", "nn": "vedtak"}},
        "legevakt": {"means": {"nb": "Ring 116 117.", "nn": "Ring 116 117.", "en": "Call."}},
    }
    found = {(place, message) for _, place, message in said(part("document", "glossary", terms=terms), about="")}
    assert found == {
        ("terms.vedtak.word.en", "is missing; allowed: a text in every language"),
        ("terms.legevakt.means", "has not the same telephone number in every language; allowed: the same"),
    }


def test_words_of_the_wrong_language_are_found_in_every_text_but_in_what_readers_search_for() -> None:
    nn = part("entry", "fall", "nn", short="Du ikke ringjer.", synonyms=["hvis du faller"])
    en = part("entry", "fall", "en", todo=["Ask for a tolk"])
    in_english = "has 'tolk' in the running text; allowed: English, with the Norwegian in brackets"
    assert said(nn, en, about="has '") == {
        ("fall", "short", "has 'ikke', which is bokmål; allowed: nynorsk"),
        ("fall", "todo[1]", in_english),
    }


def test_a_municipalitys_own_words_are_looked_at_too() -> None:
    own = PagePart(PageKey("dalsbygd", "entry", "fall", "nn"), {"local": "Vi kommer ikke."})
    assert [finding.key.municipality for finding in check_book(keyed(own), [])] == ["dalsbygd"]


def test_the_words_that_a_glossary_explains_are_norwegian_in_english_too() -> None:
    term = {"vedtak": {"word": {"nb": "vedtak", "nn": "vedtak", "en": "vedtak (decision)"}}}
    assert not said(part("document", "glossary", terms=term), about="running text")


@pytest.mark.parametrize("translation", ["official", "unofficial", "original"])
def test_no_word_of_an_instrument_is_touched(translation: str) -> None:
    questions = [{"text": {"nb": HARD * 9, "nn": "Hvor ofte har du ikke sove?", "en": "How often?"}}]
    ours = part("selfcheck", "vaner", translation={"nn": "own", "nb": "own"}, questions=questions)
    theirs = part("selfcheck", "who5", translation={"nn": translation, "nb": translation}, questions=questions)
    assert {slug for slug, _, _ in said(ours, theirs, about="is bokmål")} == {"vaner"}
    assert {item.key.slug for item in measure_documents(keyed(ours, theirs)) if item.key.language == "nb"} == {"vaner"}


def test_texts_are_plain_on_average() -> None:
    easy = Measured(PageKey(None, "entry", "fall", "nb"), Readability(20.0, 100, 10.0))
    hard = Measured(PageKey(None, "entry", "fot", "nb"), Readability(47.0, 100, 10.0))
    english = Measured(PageKey(None, "entry", "fot", "en"), Readability(70.0, 100, 10.0))
    assert not said(about="on average in", measured=[easy, hard, english])
    (found,) = said(about="on average in", measured=[hard, hard, easy, hard, hard])
    assert found[2] == "has LIX 41.6 on average in nb; allowed: at most 40"


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_sentences_of_a_page_are_short_on_average_in_every_language(language: str) -> None:
    page = part("page", "om", language, body=f"{LONG} {LONG}")
    found = said(page, about="words a sentence", measured=measure(keyed(page)))
    assert found == {("om", "text", "has 25.0 words a sentence; allowed: at most 20 on average")}


def test_a_few_words_are_too_short_for_a_mean() -> None:
    page = part("page", "om", "nb", body=LONG)
    assert not said(page, about="words a sentence", measured=measure(keyed(page)))


def test_a_document_is_as_plain_as_a_page_must_be() -> None:
    document = part("document", "staircase", principle={"nb": HARD * 9, "nn": "Lett.", "en": HARD * 9})
    (found,) = said(document, about="allowed: at most 48", measured=measure_documents(keyed(document)))
    assert found[0] == "staircase"
    assert " in nb; " in found[2]


def test_the_lists_of_words_for_searching_are_no_text() -> None:
    words = part("document", "words", synonyms=[["ikke", "ikkje"]], parts=["hjem"])
    assert list(check_book(keyed(words), [])) == []
    assert measure_documents(keyed(words)) == []
