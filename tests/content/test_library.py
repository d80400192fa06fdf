"""What one municipality's readers see: whose words, in which language, with the local section beside them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.content import facts, keyed, part
from webapp.content.domain.kind import COMMON
from webapp.content.domain.library import EMPTY, Library, Page, Shelf
from webapp.content.domain.pages import PagePart
from webapp.kernel.language import LANGUAGES

COMMON_PART = part("entry", "sno", owner="home_care", areas=["food"])


def library_of(*parts: PagePart) -> Library:
    """Answer what readers in Fjordvik see of some parts."""
    known = keyed(facts("fjordvik"), facts("dalsbygd"), *parts)
    shelf = Shelf({key: found.fields for key, found in known.items()}, {"fjordvik": 7, "dalsbygd": 5}, 7)
    return shelf.library("fjordvik")


def entry(language: str, *parts: PagePart) -> Page:
    """Answer the entry `sno` as a reader of a language gets it."""
    page = library_of(COMMON_PART, *parts).page("entry", "sno", language)
    assert page is not None
    return page


def text(language: str, municipality: str | None = None, **fields: Any) -> PagePart:
    """Make a text of the entry `sno`."""
    return part("entry", "sno", language, municipality, **fields)


@pytest.mark.parametrize(
    ("written", "asked", "shown"),
    [
        ("nb nn en", "nn", "nn"), ("nb nn en", "en", "en"), ("nb", "nb", "nb"),
        ("nb nn", "en", "nb"), ("nb en", "nn", "nb"), ("nn en", "nb", "nn"), ("en", "nn", "en"), ("nn", "en", "nn"),
    ],
)  # fmt: skip
def test_a_reader_gets_the_own_language_else_bokmal_else_any(written: str, asked: str, shown: str) -> None:
    page = entry(asked, *(text(language, title=language) for language in written.split()))
    assert (page.language, page.title, page.asked) == (shown, shown, asked)
    assert page.is_fallback is (shown != asked)
    assert page.languages == set(written.split())


def test_a_page_has_its_common_fields_and_its_text() -> None:
    page = entry("nb", text("nb", title="Snø", short="Måk."))
    assert page.fields == {"owner": "home_care", "areas": ["food"], "title": "Snø", "short": "Måk."}
    assert (page.get("short"), page.get("talk"), page.get("talk", "?")) == ("Måk.", "", "?")
    assert (page.listed("areas"), page.listed("situations")) == (["food"], [])
    assert (page.is_own, page.local) == (False, "")


def test_a_municipalitys_words_stand_over_the_shared_ones_field_by_field() -> None:
    shared = text("nb", title="Snø", short="Måk.", talk="Hvem?")
    page = entry("nb", shared, text("nb", "fjordvik", short="Vi strør."))
    assert (page.title, page.get("short"), page.get("talk")) == ("Snø", "Vi strør.", "Hvem?")
    assert page.is_own


def test_a_municipalitys_own_facts_of_a_page_stand_over_the_shared_ones() -> None:
    page = entry("nb", text("nb", title="Snø"), part("entry", "sno", municipality="fjordvik", owner="technical"))
    assert (page.get("owner"), page.get("areas"), page.is_own) == ("technical", ["food"], True)


def test_another_municipalitys_words_are_never_seen() -> None:
    page = entry("nb", text("nb", title="Snø"), text("nb", "dalsbygd", title="Dalasnø", local="Ring Kari."))
    assert (page.title, page.local, page.is_own) == ("Snø", "", False)


def test_a_local_section_is_added_to_the_shared_page() -> None:
    page = entry("nb", text("nb", title="Snø", short="Måk."), text("nb", "fjordvik", local="Hos oss: ring."))
    assert (page.title, page.get("short"), page.local, page.local_language) == ("Snø", "Måk.", "Hos oss: ring.", "nb")
    assert page.is_own


def test_a_local_section_in_another_language_is_added_and_says_its_language() -> None:
    shared = [text(language, title=language) for language in LANGUAGES]
    page = entry("en", *shared, text("nn", "fjordvik", local="Ring oss."))
    assert (page.language, page.title, page.local, page.local_language) == ("en", "en", "Ring oss.", "nn")


def test_a_local_section_alone_does_not_change_the_language_of_the_page() -> None:
    page = entry("nn", text("nb", title="Snø", short="Måk."), text("nn", "fjordvik", local="Ring oss."))
    assert (page.language, page.title, page.get("short")) == ("nb", "Snø", "Måk.")
    assert (page.local, page.local_language, page.is_fallback) == ("Ring oss.", "nn", True)


def test_a_municipalitys_whole_text_in_a_language_that_nobody_shares_is_shown() -> None:
    page = entry("nn", text("nb", title="Snø"), text("nn", "fjordvik", title="Snø hos oss"))
    assert (page.language, page.title, page.is_fallback) == ("nn", "Snø hos oss", False)


def test_a_municipalitys_own_page_is_seen_by_its_readers_only() -> None:
    own = [part("entry", "egen", municipality="fjordvik", owner="culture"), part("entry", "egen", "nn", "fjordvik",
                                                                                 title="Eigen")]  # fmt: skip
    page = library_of(*own).page("entry", "egen", "en")
    assert page is not None
    assert (page.title, page.language, page.is_own, page.get("owner")) == ("Eigen", "nn", True, "culture")
    shelf = Shelf({found.key: found.fields for found in [facts("dalsbygd"), *own]}, {}, 1)
    assert shelf.library("dalsbygd").page("entry", "egen", "nn") is None


def test_what_is_not_there_is_none() -> None:
    library = library_of(COMMON_PART, text("nb", title="Snø"), part("entry", "tom"))
    for kind, slug in (("entry", "is"), ("service", "sno"), ("entry", "tom"), ("document", "words"), ("nothing", "x")):
        assert library.page(kind, slug, "nb") is None


def test_a_services_asks_are_joined_from_who_and_what() -> None:
    library = library_of(
        part("service", "alarm", asks=[{"slug": "lade", "who": "resident"}, {"slug": "nokkel", "who": "either"}]),
        part("service", "alarm", "nb", title="Alarm", asks={"nokkel": "Du har nøkkel ute", "lade": "Du lader den"}),
        part("service", "alarm", "en", title="Alarm", asks={"lade": "You charge it", "nokkel": "A key outside"}),
    )
    page = library.page("service", "alarm", "nb")
    assert page is not None
    assert page.listed("asks") == [
        {"slug": "lade", "who": "resident", "text": "Du lader den"},
        {"slug": "nokkel", "who": "either", "text": "Du har nøkkel ute"},
    ]
    english = library.page("service", "alarm", "en")
    assert english is not None
    assert [ask["text"] for ask in english.listed("asks")] == ["You charge it", "A key outside"]


def test_a_municipality_may_say_an_ask_in_its_own_words() -> None:
    page = library_of(
        part("service", "alarm", asks=[{"slug": "lade", "who": "resident"}]),
        part("service", "alarm", "nb", title="Alarm", asks={"lade": "Du lader den"}),
        part("service", "alarm", "nb", "fjordvik", asks={"lade": "Du lader den om natta"}),
    ).page("service", "alarm", "nb")
    assert page is not None
    assert page.listed("asks") == [{"slug": "lade", "who": "resident", "text": "Du lader den om natta"}]


def test_pages_are_listed_in_norwegian_order_of_the_titles_that_are_shown() -> None:
    names = ["Ås", "Øre", "Ære", "Zoo", "Aase", "arv"]
    parts = [found for number, name in enumerate(names) for found in (
        part("entry", f"side-{number}"), part("entry", f"side-{number}", "nb", title=name))]  # fmt: skip
    library = library_of(*parts, part("entry", "side-0", "en", title="Beta"))
    assert [page.title for page in library.pages("entry", "nb")] == ["arv", "Zoo", "Ære", "Øre", "Ås", "Aase"]
    assert [page.title for page in library.pages("entry", "en")] == ["arv", "Beta", "Zoo", "Ære", "Øre", "Aase"]
    assert library.pages("service", "nb") == []


def test_pages_are_named_in_the_order_that_is_asked_and_missing_ones_left_out() -> None:
    library = library_of(*(part("task", slug, "nb", title=slug) for slug in "abc"))
    assert [page.slug for page in library.named("task", ["c", "x", "a"], "nb")] == ["c", "a"]


def test_documents_and_further_languages() -> None:
    library = library_of(
        part("document", "words", stop=["og"]), part("foreign", "pl", name="polski"),
        part("foreign", "ar", name="العربية"), part("foreign", "de", name="Deutsch"),
    )  # fmt: skip
    assert library.document("words") == {"stop": ["og"]}
    assert library.document("numbers") == {}
    assert library.foreign("pl") == {"name": "polski"}
    assert library.foreign("xx") is None
    assert set(library.foreign_codes) == {"pl", "ar", "de"}
    assert library.foreign_codes.index("de") < library.foreign_codes.index("pl")


def test_a_library_knows_its_municipality_and_version() -> None:
    library = library_of()
    assert (library.code, library.version, library.languages) == ("fjordvik", 7, ("nb", "nn", "en"))
    assert library.municipality.name == "Fjordvik"


TITLE = {"title": "t"}
FIELD_SETS = st.dictionaries(st.sampled_from(["title", "short", "local"]), st.sampled_from(["x", "y"]))


@given(
    shared=st.dictionaries(st.sampled_from(LANGUAGES), FIELD_SETS.map(TITLE.__or__), min_size=1),
    own=st.dictionaries(st.sampled_from(LANGUAGES), FIELD_SETS),
    asked=st.sampled_from(LANGUAGES),
)
def test_every_reader_gets_a_page_with_a_title_in_a_language_that_it_has(
    shared: dict[str, dict[str, str]], own: dict[str, dict[str, str]], asked: str
) -> None:
    parts = [text(language, **{name: value for name, value in fields.items() if name != "local"})
             for language, fields in shared.items()]  # fmt: skip
    page = entry(asked, *parts, *(text(language, "fjordvik", **fields) for language, fields in own.items()))
    assert page.get("title")
    assert page.language in {*shared, *own}
    assert page.is_fallback or page.language == asked
    if asked in shared:
        assert page.language == asked
    expected = {**shared.get(page.language, {}), **own.get(page.language, {})}
    assert page.title == expected["title"]
    assert bool(page.local) == any("local" in fields for fields in own.values())


def test_a_shelf_after_a_publication_is_another_shelf() -> None:
    before = EMPTY.with_changes([(text("nb", title="Snø"), 1), (COMMON_PART, 1)], [], {"fjordvik": 1})
    after = before.with_changes([(text("nb", title="Is"), 2)], [(COMMON_PART.key, 3)], {"fjordvik": 3})
    assert (len(before.parts), before.sequence, before.versions) == (2, 1, {"fjordvik": 1})
    assert after == Shelf({text("nb").key: {"title": "Is"}}, {"fjordvik": 3}, 3)
    assert (EMPTY.parts, EMPTY.sequence) == ({}, 0)


def test_municipalities_are_listed_by_code() -> None:
    shelf = EMPTY.with_changes([(facts("fjordvik"), 1), (facts("dalsbygd"), 1)], [], {})
    assert [found.code for found in shelf.municipalities()] == ["dalsbygd", "fjordvik"]
    assert COMMON not in {found.code for found in shelf.municipalities()}
