"""Services, one and all, and the staircase."""

from __future__ import annotations

from flask import Response

from webapp.content.current import library
from webapp.kernel.errors import NotFoundError
from webapp.services.presenters import ServicePage, ServicesPage, StaircasePage
from webapp.services.views import bp
from webapp.web.access import public
from webapp.web.pages import page, without_traces


@bp.get("/<language:lang>/tjenester/")
@public()
def services(lang: str) -> Response:
    """Show all services (TJ-1)."""
    return page("services/services.html", ServicesPage.of())


@bp.get("/<language:lang>/tjenester/<slug>")
@public()
def service(lang: str, slug: str) -> Response:
    """Show one service (TJ-1)."""
    found = library().page("service", slug, lang)
    if found is None:
        raise NotFoundError
    shown = page("services/service.html", ServicePage.of(found))
    return without_traces(shown, is_sensitive=bool(found.get("quick_exit")))


@bp.get("/<language:lang>/innsatstrapp")
@public()
def staircase(lang: str) -> Response:
    """Show the staircase of effort (TJ-2)."""
    found = StaircasePage.of()
    if found is None:
        raise NotFoundError
    return page("services/staircase.html", found)
