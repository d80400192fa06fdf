"""Addresses do not change once they are published: the list of slugs grows and never shrinks."""

from __future__ import annotations

from tests.factories.site import DALSBYGD, FJORDVIK, ask
from tests.house.committed import ROOT
from webapp.app import Avklart
from webapp.content.domain.addresses import address
from webapp.content.files import Reading

KINDS = ("entry", "service", "task", "aid", "offer", "selfcheck", "plan")


def listed() -> list[tuple[str, str]]:
    """Answer kind and slug of every published page."""
    lines = (ROOT / "docs" / "slugs.txt").read_text("utf-8").splitlines()
    return [(kind, slug) for kind, _, slug in (line.partition("/") for line in lines if not line.startswith("#"))]


def test_every_page_of_the_content_stands_in_the_list(real_content: Reading) -> None:
    parts = real_content.parts.items()
    closed = {key for key, part in parts if key.kind == "selfcheck" and not part.fields.get("switched_on")}
    pages = {(key.kind, key.slug) for key, _ in parts if key.kind in KINDS and key not in closed}
    assert pages - set(listed()) == set(), "add them to docs/slugs.txt"
    assert {kind for kind, _ in pages} == set(KINDS)


def test_the_list_is_in_order_without_doubles() -> None:
    assert listed() == sorted(set(listed()))


def test_every_listed_page_is_served_or_leads_on(standing: Avklart) -> None:
    for kind, slug in listed():
        found = [ask(standing.front, address(kind, slug, "nb"), host=host).status for host in (FJORDVIK, DALSBYGD)]
        assert set(found) & {200, 301}, f"{kind}/{slug} answers {found}"
