"""Aids and welfare technology, offers, meeting places."""

from __future__ import annotations

from flask import Response

from webapp.content import reading
from webapp.content.current import library
from webapp.kernel.errors import NotFoundError
from webapp.services.presenters import AidPage, OfferPage, Place, PlacesPage, aids_page, offers_page
from webapp.services.views import bp
from webapp.web import tenancy
from webapp.web.access import public
from webapp.web.markdown import NOTHING
from webapp.web.pages import page


@bp.get("/<language:lang>/hjelpemidler")
@public()
def aids(lang: str) -> Response:
    """Show all aids by what they help with (TJ-4)."""
    return page("services/aids.html", aids_page())


@bp.get("/<language:lang>/hjelpemidler/<slug>")
@public()
def aid(lang: str, slug: str) -> Response:
    """Show one aid (TJ-4)."""
    found = library().page("aid", slug, lang)
    if found is None:
        raise NotFoundError
    return page("services/aid.html", AidPage.of(found))


@bp.get("/<language:lang>/tilbud")
@public()
def offers(lang: str) -> Response:
    """Show all offers (TJ-8)."""
    return page("services/offers.html", offers_page())


@bp.get("/<language:lang>/tilbud/<slug>")
@public()
def offer(lang: str, slug: str) -> Response:
    """Show one offer with the dates to come (TJ-8)."""
    found = library().page("offer", slug, lang)
    if found is None:
        raise NotFoundError
    return page("services/offer.html", OfferPage.of(found, tenancy.day()))


@bp.get("/<language:lang>/moteplasser")
@public()
def places(lang: str) -> Response:
    """Show meeting places and associations, the neighbours' open ones too (TJ-9)."""
    intro = library().page("page", "moteplasser", lang)
    directory = tenancy.directory()
    neighbours = []
    for code in library().municipality.neighbours:
        other = directory.tenant(code)
        found = [place for place in other.pages("place", lang) if place.get("open_to_neighbours")]  # type: ignore[attr-defined]
        neighbours.append((code.capitalize(), [Place.of(place) for place in found]))
    return page(
        "services/places.html",
        PlacesPage(
            page=intro,
            lead=reading.section(intro, "lead") if intro else NOTHING,
            places=[Place.of(place) for place in library().pages("place", lang)],
            neighbours=[(name, found) for name, found in neighbours if found],
        ),
    )
