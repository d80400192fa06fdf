"""The one list of the rooms and what each brings: routes, command groups."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter

from webapp.content import site
from webapp.guide.views import bp as guide
from webapp.kernel.language import LANGUAGES
from webapp.search.views import bp as search
from webapp.services.views import bp as services

BLUEPRINTS = (search, services, guide)


class LanguageConverter(BaseConverter):
    """The language in an address."""

    regex = "|".join(LANGUAGES)


def install(app: Flask) -> None:
    """Put every room's routes on the application."""
    app.url_map.converters["language"] = LanguageConverter
    site.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
