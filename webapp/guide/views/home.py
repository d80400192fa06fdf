"""The front page, and the way to it from the bare address."""

from __future__ import annotations

from flask import Response, redirect

from webapp.guide.presenters import HomePage
from webapp.guide.views import bp
from webapp.web import i18n
from webapp.web.access import public
from webapp.web.pages import page


@bp.get("/")
@public(cached=False)
def root() -> Response:
    """Lead to the front page in the language that the browser asks for."""
    response = redirect(f"/{i18n.language()}/", 302)
    response.vary.add("Accept-Language")
    return response  # type: ignore[return-value]


@bp.get("/<language:lang>/")
@public()
def home(lang: str) -> Response:
    """Show the front page."""
    return page("guide/home.html", HomePage.of())
