"""Where a link leads, and what is said of it beside its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.kernel.links import host_of, misleads, told_beside


@pytest.mark.parametrize(
    ("words", "target", "told"),
    [
        ("loven", "https://www.lovdata.no/lov", "lovdata.no"),
        ("lovdata.no", "https://www.lovdata.no/lov", ""),
        ("www.lovdata.no", "https://lovdata.no", ""),
        ("nav.no", "https://nav.no.evil.example/", "nav.no.evil.example"),
        ("nav.no", "https://v.no/", "v.no"),
        ("nav.no og lovdata.no", "https://nav.no/", "nav.no"),
        ("banken", "https://xn--bnken-mra.no/", "xn--bnken-mra.no"),
        ("Ring oss", "tel:+4761359000", "+4761359000"),
        ("61 35 90 00", "tel:+4761359000", ""),
        ("116 117", "tel:82000000", "82000000"),
        ("ring 24", "tel:116117", "116117"),
        ("post@nav.no", "mailto:post@nav.no", ""),
        ("Skriv til oss", "mailto:post@nav.no", "post@nav.no"),
        ("post@nav.no", "mailto:post@evil.example", "post@evil.example"),
        ("fall", "/nb/abc/fall", ""),
        ("fall", "https://[", ""),
    ],
)
def test_where_a_link_leads_is_told_unless_its_words_say_it(words: str, target: str, told: str) -> None:
    assert told_beside(words, target) == told


@given(words=st.text(), target=st.text() | st.text().map("https://{}".format) | st.text().map("tel:{}".format))
def test_for_any_link_a_misleading_one_is_told(words: str, target: str) -> None:
    if misleads(words, target) and target.startswith("https://") and host_of(target):
        assert told_beside(words, target) == host_of(target)
