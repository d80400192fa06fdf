from __future__ import annotations

from pathlib import Path

import pytest
from flask import render_template_string
from jinja2 import UndefinedError

from webapp.app import Avklart

COMPONENTS = Path(__file__).parents[2] / "webapp" / "templates" / "components"


def test_every_component_stands_in_one_namespace_under_its_files_name(standing: Avklart) -> None:
    ui = standing.flask.jinja_env.globals["ui"]
    assert {path.stem for path in COMPONENTS.glob("*.html")} == set(vars(ui))


@pytest.mark.parametrize(
    "template", ["{{ nothing }}", "{{ page.nothing }}", "{% if nothing %}x{% endif %}", "{{ ui.nothing() }}"]
)
def test_a_name_that_nobody_gave_is_a_fault_and_not_an_empty_place(standing: Avklart, template: str) -> None:
    with standing.flask.test_request_context("/nb/"), pytest.raises(UndefinedError):
        render_template_string(template, page=object())


def test_text_is_escaped_also_inside_components(standing: Avklart) -> None:
    attack = "<script>'\"&"
    template = "{{ text }}{{ ui.breadcrumb(href=text, text=text) }}{{ ui.call(words=text, telephone='113') }}"
    with standing.flask.test_request_context("/nb/"):
        markup = render_template_string(template, text=attack)
    assert "<script" not in markup
    assert markup.count("&lt;script&gt;&#39;&#34;&amp;") == 4
