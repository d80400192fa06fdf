from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories.site import ask
from tests.page import Client
from webapp.app import Avklart

COMPONENTS = sorted(path.stem for path in (Path(__file__).parents[2] / "webapp/templates/components").glob("*.html"))


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_is_shown_with_an_example(standing: Avklart, name: str) -> None:
    page = ask(standing.front, "/-/komponenter").text
    example = page.partition(f'id="komponent-{name}"')[2].partition("</section>")[0]
    assert f"ui.{name}" in example


def test_the_page_of_components_is_not_there_in_production(in_production: Avklart) -> None:
    assert ask(in_production.front, "/-/komponenter", host="fjordvik.example").status == 404


def test_no_page_leads_to_the_page_of_components_and_no_search_engine_keeps_it(client: Client) -> None:
    assert "komponenter" not in client.raw("/sitemap.xml").get_data(as_text=True)
    assert '<meta name="robots" content="noindex">' in client.raw("/-/komponenter").get_data(as_text=True)
