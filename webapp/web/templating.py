"""The template environment: components as one `ui` namespace, filters, and nothing undefined."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from webapp.web import i18n
from webapp.web.assets import asset
from webapp.web.markdown import render_qr


def install(app: Flask) -> None:
    """Give templates their components, filters and words."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.filters.update(
        date=i18n.write_date,
        tel=i18n.telephone_href,
        sentence_list=i18n.write_list,
    )
    environment.globals.update(asset=asset, language=i18n.language, language_words=i18n.LANGUAGE_WORDS, qr=render_qr)
    environment.globals["ui"] = _components(app)


def _components(app: Flask) -> Any:
    """Load every macro in templates/components as one namespace: `ui.button(...)`, also inside fragments."""
    environment = app.jinja_env
    names = sorted(name for name in environment.list_templates() if name.startswith("components/"))
    found = {}
    ui = SimpleNamespace()
    environment.globals["ui"] = ui
    for name in names:
        macro = name.removeprefix("components/").removesuffix(".html")
        found[macro] = getattr(environment.get_template(name).module, macro)
    for macro, function in found.items():
        setattr(ui, macro, function)
    return ui
