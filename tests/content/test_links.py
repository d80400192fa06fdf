"""Links and facts inside a text, and the addresses of pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.content.domain.addresses import PAGES, address
from webapp.content.domain.links import INTERNAL, LINK, fill, internal, resolve


def test_the_targets_of_a_text_are_found_in_their_order() -> None:
    text = "Se [fall](entry:fall), [NAV](https://nav.no/) og [113](tel:113).\n\n- [a](b) [ikke en lenke] (c)"
    assert [target for _, target in LINK.findall(text)] == ["entry:fall", "https://nav.no/", "tel:113", "b"]


def test_brackets_before_a_link_are_not_part_of_it() -> None:
    assert LINK.findall("[sic [fall](entry:fall)") == [("fall", "entry:fall")]


@pytest.mark.parametrize(
    ("target", "page"),
    [
        ("entry:fall", ("entry", "fall")), ("selfcheck:who5", ("selfcheck", "who5")), ("page:om", ("page", "om")),
        ("https://nav.no", None), ("tel:113", None), ("fall", None), ("place:x", None), ("", None),
    ],
)  # fmt: skip
def test_a_target_is_a_page_of_ours_or_not(target: str, page: tuple[str, str] | None) -> None:
    assert internal(target) == page


def test_links_lead_to_addresses_and_a_link_to_nothing_keeps_its_words() -> None:
    known = {("entry", "fall"): "/nb/abc/fall"}
    text = "Se [fall](entry:fall), [borte](task:borte) og [NAV](https://nav.no/)."
    resolved = resolve(text, lambda kind, slug: known.get((kind, slug)))
    assert resolved == "Se [fall](/nb/abc/fall), borte og [NAV](https://nav.no/)."


def test_facts_are_filled_in_and_unknown_names_stay_as_they_are_written() -> None:
    text = "Ring {telephone} eller {nobody}. {name}!"
    assert fill(text, {"telephone": "61 35 90 00", "name": "Fjordvik"}) == "Ring 61 35 90 00 eller {nobody}. Fjordvik!"


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Ring {office} nå.", "Ring servicetorget nå."), ("{office} hjelper.", "Servicetorget hjelper."),
        ("Ring. {office} hjelper.", "Ring. Servicetorget hjelper."), ("Hva? {office}", "Hva? Servicetorget"),
        ("- Ring oss\n- {office} svarer", "- Ring oss\n- Servicetorget svarer"),
        ("Ring kl. 8 til {office}", "Ring kl. 8 til servicetorget"),
        ("«Ring!» {office} svarer", "«Ring!» Servicetorget svarer"),
    ],
)  # fmt: skip
def test_a_name_gets_a_capital_letter_where_a_sentence_begins(text: str, filled: str) -> None:
    assert fill(text, {"office": "servicetorget"}) == filled


@given(text=st.text(), values=st.dictionaries(st.sampled_from(["", "a", "b"]), st.text()))
def test_a_text_without_braces_is_never_changed_by_facts(text: str, values: dict[str, str]) -> None:
    without = text.replace("{", "").replace("}", "")
    assert fill(without, values) == without


@pytest.mark.parametrize("kind", INTERNAL)
def test_every_page_that_a_text_may_link_to_has_an_address_in_each_language(kind: str) -> None:
    for language in ("nb", "nn", "en"):
        assert address(kind, "slug", language).startswith(f"/{language}/")
        assert address(kind, "slug", language).endswith("slug")


def test_addresses_are_those_of_the_contract() -> None:
    assert address("entry", "fall", "nb") == "/nb/abc/fall"
    assert address("service", "alarm", "nn") == "/nn/tjenester/alarm"
    assert address("task", "sno", "en") == "/en/hvem-gjor-hva/sno"
    assert address("aid", "rullator", "nb") == "/nb/hjelpemidler/rullator"
    assert address("offer", "kurs", "nb") == "/nb/tilbud/kurs"
    assert address("selfcheck", "who5", "nb") == "/nb/selvsjekk/who5"
    assert address("place", "kafe", "nb") == "/nb/moteplasser#kafe"
    assert [address("page", slug, "nb") for slug in PAGES][:2] == ["/nb/om", "/nb/personvern"]
