"""Addresses and roles as rules see them: no address can be made to look like another's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.identity.domain.people import email_key, email_of, name_of, roles_of, staff_roles
from webapp.kernel.errors import InvalidError
from webapp.kernel.permission import STAFF_ROLES, Role

WORDS = st.text(st.sampled_from("abcxyzABCXYZ0189"), min_size=1, max_size=12)


@given(WORDS, WORDS)
def test_an_address_is_found_however_its_letters_are_capitalised(name: str, place: str) -> None:
    written = f"{name}@{place}.example"
    keys = {
        email_key(form) for form in (written, written.upper(), written.lower(), f"  {written}\t", email_of(written))
    }
    assert len(keys) == 1


@pytest.mark.parametrize(("own", "other"), [
    ("kari@fjordvik.example", "\u212aari@fjordvik.example"),  # the sign of kelvin, which casefolding makes a k
    ("mikal@fjordvik.example", "m\u0131kal@fjordvik.example"),  # ı, whose capital is I
    ("mikal@fjordvik.example", "M\u0130kal@fjordvik.example"),  # İ
    ("fisk@fjordvik.example", "ﬁsk@fjordvik.example"),  # a ligature
    ("straße@fjordvik.example", "strasse@fjordvik.example"),
    ("kari@fjordvik.example", "kari@fjordvik.example.evil.example"),
    ("kari@fjordvik.example", "ka.ri@fjordvik.example"),
    ("kari@fjordvik.example", "kari+x@fjordvik.example"),
])  # fmt: skip
def test_no_address_looks_like_anothers(own: str, other: str) -> None:
    assert email_key(own) != email_key(other)


@given(st.text(max_size=60), st.text(max_size=60))
def test_two_addresses_share_a_key_only_where_they_differ_by_a_to_z(one: str, other: str) -> None:
    if email_key(one) == email_key(other):
        assert len(one.strip()) == len(other.strip())
        pairs = zip(one.strip(), other.strip(), strict=True)
        assert all(a == b or ((a + b).isascii() and a.lower() == b.lower()) for a, b in pairs)


@pytest.mark.parametrize("written", [
    "", "kari", "kari@", "@fjordvik.example", "kari@@fjordvik.example", "kari@fjordvik", "ka ri@fjordvik.example",
    "kari@fjordvik.example, ola@fjordvik.example", "kari@fjordvik.example\r\nBcc: x@y.example",
    "<kari@fjordvik.example>",
    "kari@-fjordvik.example", "x@" + "y" * 300 + ".example", "kari@[127.0.0.1]",
    "a" * 1_000_000, "kari\0@fjordvik.example",
])  # fmt: skip
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(InvalidError):
        email_of(written)


def test_an_address_is_stored_as_it_was_written_but_for_its_domain() -> None:
    assert email_of(" Kari.Nordmann@FJORDVIK.example ") == "Kari.Nordmann@fjordvik.example"


@given(st.lists(st.sampled_from([role.value for role in Role] + ["", "root", "CASEWORKER"])))
def test_an_account_has_only_roles_of_staff_each_once_in_their_order(chosen: list[str]) -> None:
    wanted = [role.value for role in STAFF_ROLES if role.value in chosen]
    if wanted:
        assert staff_roles(chosen) == wanted
    else:
        with pytest.raises(InvalidError):
            staff_roles(chosen)
    assert roles_of(chosen) == frozenset(Role(role) for role in wanted)


@pytest.mark.parametrize("written", ["", " ", "\t\n", "\u00a0"])
def test_nobody_is_without_a_name(written: str) -> None:
    with pytest.raises(InvalidError):
        name_of(written)


def test_a_name_stands_on_one_line_and_is_not_endless() -> None:
    assert name_of("  Kari \n Nordmann ") == "Kari Nordmann"
    assert len(name_of("x" * 1_000_000)) == 120
