"""A ready-made plan in the editorial office: it has its words, is written on, and shown as readers meet it."""

from __future__ import annotations

import pytest

from tests.factories.people import Browser

SHARED = "/redaksjon/sider/felles/ferdigplan/de-gode-arene"


@pytest.mark.parametrize("path", [SHARED, f"{SHARED}/fakta"])
def test_a_ready_made_plan_can_be_opened_by_an_editor(editor: Browser, path: str) -> None:
    page = editor.get(path)
    assert "De gode årene framover" in page.text
    assert "{" not in page.heading()


def test_the_list_of_pages_has_the_ready_made_plans(editor: Browser) -> None:
    assert "De gode årene framover" in editor.get("/redaksjon/sider?sort=ferdigplan").text
