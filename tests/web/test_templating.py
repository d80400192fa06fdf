from __future__ import annotations

from pathlib import Path

import pytest
from flask import render_template_string
from jinja2 import UndefinedError

from webapp.app import Avklart
from webapp.web import forms
from webapp.web.templating import here

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


@pytest.mark.parametrize(
    ("asked", "changes", "address"),
    [
        ("/id/inn", {}, "/id/inn"),
        ("/id/inn?neste=/x&nivaa=high", {}, "/id/inn?neste=%2Fx&nivaa=high"),
        ("/id/inn?neste=/x%3Fa%3D1%26b", {}, "/id/inn?neste=%2Fx%3Fa%3D1%26b"),
        ("/id/inn?sprak=nn&melding=x&q=y&csrf_token=z", {}, "/id/inn?sprak=nn"),
        ("/id/inn?neste=", {}, "/id/inn"),
        ("/id/inn?neste=/a&neste=/b", {}, "/id/inn?neste=%2Fa"),
        ("/innlogging?neste=/x", {"path": "/id/inn", "hos": "staff"}, "/id/inn?neste=%2Fx&hos=staff"),
        ("/innlogging?hos=idporten", {"hos": "staff"}, "/innlogging?hos=staff"),
        ("/id/inn?neste=%22%3E%3Cscript%3E", {}, "/id/inn?neste=%22%3E%3Cscript%3E"),
        ("/id/inn?neste=%0d%0aX:y", {}, "/id/inn?neste=%0D%0AX%3Ay"),
    ],
)
def test_a_form_is_sent_to_its_page_with_what_says_where_to_go_on_and_nothing_else(
    standing: Avklart, asked: str, changes: dict[str, str], address: str
) -> None:
    with standing.flask.test_request_context(asked):
        assert here(**changes) == address
        assert "<script" not in render_template_string("<form action='{{ here() }}'>")


@pytest.mark.parametrize("name", ["here", "form_token", "ui", "asset", "language"])
def test_a_template_has_what_it_needs_by_name(standing: Avklart, name: str) -> None:
    assert name in standing.flask.jinja_env.globals


def test_a_page_without_a_session_shows_nobody_and_nothing_kept(standing: Avklart) -> None:
    with standing.flask.test_request_context("/nb/"):
        assert render_template_string("{{ who }} {{ kept_notice }} {{ ui.token() }}").split() == ["None"]
        forms.park([("name", "x")])
        assert render_template_string("{{ kept_notice }}").endswith("Se over det, og send det på nytt.")
