"""A municipality's own facts, as texts and pages ask for them."""

from __future__ import annotations

import pytest

from tests.factories.content import facts
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import PageKey
from webapp.content.files import Reading
from webapp.kernel.language import LANGUAGES
from webapp.municipalities.domain.municipality import CONTACTS, PLACEHOLDERS, Contact, Municipality


def fjordvik(**changes: object) -> Municipality:
    return Municipality("fjordvik", facts("fjordvik", **changes).fields)


def test_a_municipality_says_its_name_in_the_readers_language() -> None:
    assert fjordvik().name == "Fjordvik"
    assert [fjordvik().full_name(language) for language in LANGUAGES] == [
        "Fjordvik kommune", "Fjordvik kommune", "Fjordvik municipality",
    ]  # fmt: skip


def test_its_first_language_stands_first() -> None:
    found = fjordvik(languages=["nn", "nb"], hosts=["a.example", "b.example"], neighbours=["dalsbygd"])
    assert (found.languages, found.hosts, found.neighbours) == (("nn", "nb"), ("a.example", "b.example"), ("dalsbygd",))
    assert fjordvik().neighbours == ()


def test_a_contact_is_whom_to_call() -> None:
    contact = fjordvik().contact("home_care", "nb")
    assert contact == Contact("home_care", "heimetenesta", "61 35 90 12", "")
    assert contact.title == "Heimetenesta"


def test_who_is_not_named_is_reached_through_the_front_desk() -> None:
    assert fjordvik().contact("church", "nb").id == "service_centre"
    only = fjordvik(contacts=[{"contact": "nav", "name": {"nb": "NAV"}, "telephone": "55 55 33 33"}])
    assert only.contact("church", "en") == Contact("nav", "NAV", "55 55 33 33", "")


def test_a_fact_is_given_in_the_nearest_language() -> None:
    found = fjordvik(hours={"nb": "hverdager", "en": "weekdays"})
    assert [found.text("hours", language) for language in LANGUAGES] == ["hverdager", "hverdager", "weekdays"]
    assert found.text("nothing", "nb") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_placeholder_stands_for_something(language: str) -> None:
    values = fjordvik().placeholders(language)
    assert set(values) == set(PLACEHOLDERS)
    assert all(values.values())
    assert values["home_care_telephone"] == "61 35 90 12"
    assert values["church_telephone"] == values["telephone"] == "61 35 90 00"


def test_the_real_municipalities_have_every_placeholder(real_content: Reading) -> None:
    codes = [key.slug for key in real_content.parts if key.kind == "municipality"]
    assert set(codes) == {"fjordvik", "dalsbygd"}
    for code in codes:
        known = Municipality(code, real_content.parts[PageKey(code, "municipality", code, COMMON)].fields)
        for language in LANGUAGES:
            assert all(known.placeholders(language).values())
        assert {contact["contact"] for contact in known.facts["contacts"]} <= set(CONTACTS)
