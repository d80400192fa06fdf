"""The rules of settings and receivers, without a database: what a change is, what undoing takes, which secrets sign."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.administration.domain import receiving, settings
from webapp.administration.domain.receiving import Kind
from webapp.administration.domain.settings import Change
from webapp.content.domain.facts import FACTS
from webapp.editorial.domain.workflow import SETTINGS
from webapp.kernel.errors import ConflictError, InvalidError

VALUES = st.one_of(st.text(max_size=4), st.lists(st.text(max_size=3), max_size=2), st.integers(0, 9))
FACTS_OF = st.dictionaries(st.sampled_from(["telephone", "closed", "accent", "name"]), VALUES)
SECRET = receiving.PREFIX + b64encode(b"s" * 32).decode()


@given(FACTS_OF, FACTS_OF)
def test_what_was_changed_leads_from_one_to_the_other_and_undoing_it_leads_back(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    made = settings.changes(before, after)
    assert settings.with_values(before, {one.field: one.after for one in made}) == after
    assert settings.with_values(after, settings.undone(after, made)) == before


@given(FACTS_OF, FACTS_OF, VALUES)
def test_what_became_something_else_since_is_not_undone(
    before: dict[str, Any], after: dict[str, Any], later: object
) -> None:
    made = settings.changes(before, after)
    for one in made:
        if later != one.after:
            with pytest.raises(ConflictError):
                settings.undone({**after, one.field: later}, made)


def test_a_fingerprint_tells_of_its_own_facts_and_of_no_others() -> None:
    facts = {"telephone": "61", "accent": "#000000"}
    of = settings.fingerprint(facts, ["telephone"])
    assert of == settings.fingerprint({**facts, "accent": "#ffffff"}, ["telephone"])
    assert of != settings.fingerprint({**facts, "telephone": "62"}, ["telephone"])
    assert of != settings.fingerprint({"accent": "#000000"}, ["telephone"])


def test_every_fact_on_a_page_is_a_fact_and_stands_on_one_page() -> None:
    named = [field for fields in settings.SECTIONS.values() for field in fields]
    assert len(named) == len(set(named))
    assert set(named) <= {field.name for field in FACTS.common}
    assert settings.section_of("picture") == settings.OTHER
    assert Change("closed", None, ["referrals"]).section == "rooms"


def test_what_is_no_text_is_the_administrators_alone() -> None:
    decided = {field for fields in settings.SECTIONS.values() for field in fields} - settings.TEXTS
    assert decided <= SETTINGS


def test_a_new_secret_can_be_used_and_is_another_each_time() -> None:
    one, other = receiving.new_secret(), receiving.new_secret()
    assert one != other
    assert len(receiving.secret_bytes(one)) == 32


@pytest.mark.parametrize("written", ["", "whsec_", "whsec_kort", "ikke base64!", "whsec_" + "a" * 200, " "])
def test_what_is_no_secret_is_refused(written: str) -> None:
    with pytest.raises(InvalidError):
        receiving.require_secret(Kind.WEBHOOK, written)


@pytest.mark.parametrize("written", ["", "a b", "a\nb", "æ", "x" * 4001])
def test_what_cannot_stand_in_a_header_is_no_key(written: str) -> None:
    with pytest.raises(InvalidError):
        receiving.require_secret(Kind.FHIR, written)


def test_two_secrets_sign_while_one_takes_over_and_never_three() -> None:
    first, second, third = (receiving.new_secret() for _ in range(3))
    known = receiving.taken_over(Kind.WEBHOOK, [], first)
    known = receiving.taken_over(Kind.WEBHOOK, known, second)
    assert known == [second, first]
    assert receiving.taken_over(Kind.WEBHOOK, known, third) == [third, second]
    assert receiving.taken_over(Kind.FHIR, ["old"], "new") == ["new"]
    with pytest.raises(ConflictError):
        receiving.taken_over(Kind.WEBHOOK, known, first)


@pytest.mark.parametrize(("address", "host", "number"), [
    ("https://sak.example/in?token=kanari", "sak.example", ""), ("https://10.0.0.1/x", "10.0.0.1", "10.0.0.1"),
    ("https://[::1]:8443/", "::1", "::1"), ("https://[", "", ""), ("", "", ""),
])  # fmt: skip
def test_of_an_address_only_its_host_is_shown(address: str, host: str, number: str) -> None:
    assert receiving.host_of(address) == host
    assert receiving.private_number(address) == number
