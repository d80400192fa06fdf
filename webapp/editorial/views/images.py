"""Images for the pages: put in, told of in words, taken away where no page shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from flask import Response, request
from flask_babel import gettext

from webapp.content import queries
from webapp.content.current import shelf
from webapp.content.domain.document_kinds import IMAGE
from webapp.content.domain.images import WIDTHS
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import PageKey
from webapp.editorial.actions import drafting
from webapp.editorial.actions import images as images_of
from webapp.editorial.actions.drafting import Page
from webapp.editorial.current import actor, page_address
from webapp.editorial.domain import written
from webapp.editorial.domain.places import Place
from webapp.editorial.image_forms import OWN, REFUSALS, SHARED, AltForm, ImageForm
from webapp.editorial.presenters.images import IMAGES, ImagePage, ImagesPage
from webapp.editorial.queries import drafts, plans
from webapp.editorial.views import bp
from webapp.gateways.imaging import MOST_BYTES, Form, ImageRefusedError, Refusal, make_forms
from webapp.identity.arrival import to
from webapp.kernel.errors import NotFoundError
from webapp.kernel.permission import Permission
from webapp.kernel.text import is_slug
from webapp.web.access import allows, caller
from webapp.web.limits import takes
from webapp.web.pages import page
from webapp.web.transactions import database, db, reading, writing

_ONE = f"{IMAGES}/<whose>/<slug>"
_ROOM_FOR_WORDS = 64 * 1024


@bp.get(IMAGES)
@allows(Permission.EDIT_CONTENT)
@reading
def images() -> Response:
    """Show the images that the pages of this municipality may show."""
    found = queries.images(db(), caller().municipality)
    return page("editorial/images.html", ImagesPage.of(found, request.args.get("melding", "")))


@bp.get(f"{IMAGES}/nytt")
@allows(Permission.EDIT_CONTENT)
def new_image() -> Response:
    """Ask for an image, and for what it shows."""
    return page("editorial/new_image.html", form=ImageForm())


@bp.post(f"{IMAGES}/nytt")
@allows(Permission.EDIT_CONTENT)
@takes(MOST_BYTES + _ROOM_FOR_WORDS, REFUSALS[Refusal.TOO_LARGE])
def add_image() -> Response:
    """Draw the image anew and put it in; drawn before the database is locked, for it takes a while."""
    form = ImageForm()
    is_right = form.validate()
    drawn = _drawn(form)
    if not is_right or not drawn:
        return page("editorial/new_image.html", form=form, status=422)
    key = _key(form.text("whose"), form.slug)
    with database().writing() as session:
        if not form.slug or queries.image_of(session, key) is not None:
            form["name"].errors = [gettext("Another image has this name. Choose another name.")]
            return page("editorial/new_image.html", form=form, status=422)
        forms = [{"width": one.width, "height": one.height, "digest": one.digest} for one in drawn]
        told = {**form.told(), "forms": forms}
        images_of.put_in(session, key, told, {one.digest: one.body for one in drawn}, actor())
    return to(f"{IMAGES}/{form.text('whose')}/{form.slug}?melding=lagt-inn")


def _drawn(form: ImageForm) -> list[Form]:
    """Answer the forms of the image that was sent; empty, and said at the field, where it is not taken."""
    sent = request.files.get("file")
    try:
        return make_forms(sent.read(MOST_BYTES + 1) if sent else b"", WIDTHS)
    except ImageRefusedError as refused:
        form["file"].errors = [str(REFUSALS[refused.refusal])]
        return []


@bp.get(_ONE)
@allows(Permission.EDIT_CONTENT)
@reading
def image(whose: str, slug: str) -> Response:
    """Show an image, how a text shows it, and which pages do."""
    key, told = _told(whose, slug)
    form = AltForm(
        decorative=told.get("decorative", False),
        basis=_basis(told),
        **{f"alt_{code}": words for code, words in told.get("alt", {}).items()},
    )
    shown = ImagePage.of(key, told, queries.places_of_image(db(), key), request.args.get("melding", ""))
    return page("editorial/image.html", shown, form=form)


@bp.post(_ONE)
@allows(Permission.EDIT_CONTENT)
@writing
def tell_image(whose: str, slug: str) -> Response:
    """Change what an image says; what somebody else has written meanwhile is shown, and never written over."""
    key, told = _told(whose, slug)
    form = AltForm()
    is_changed = form.text("basis") != _basis(told)
    is_right = form.validate()
    if not is_right or is_changed:
        form.basis.data = _basis(told)
        shown = ImagePage.of(key, told, queries.places_of_image(db(), key), is_changed=is_changed)
        return page("editorial/image.html", shown, form=form, status=409 if is_right else 422)
    said = {**form.told(), "forms": told["forms"]}
    if key.municipality is None or plans.wants_four_eyes(shelf(), caller().municipality):
        return _begin_draft(key, told, said)
    images_of.tell(db(), key, said, actor())
    return to(f"{IMAGES}/{whose}/{slug}?melding=endret")


def _begin_draft(key: PageKey, told: Mapping[str, Any], said: Mapping[str, Any]) -> Response:
    """Keep what is said anew as a draft, where somebody else must look at it first, and lead to it."""
    where = Place(key.municipality, key.kind, key.slug)
    part = drafts.parts(db(), drafts.draft(db(), where)).get(COMMON)
    raw, before = (written.raw_fields(fields, IMAGE.common) for fields in (said, told))
    drafting.save(
        db(), Page(where, COMMON, part.revision if part else 0, ""), raw, actor(), published=dict(told),
        unchanged=before,
    )  # fmt: skip
    return to(f"{page_address(where)}?melding=til-godkjenning")


@bp.post(f"{_ONE}/fjern")
@allows(Permission.EDIT_CONTENT)
@writing
def remove_image(whose: str, slug: str) -> Response:
    """Take an image away; one that a page shows stays, and the page that says which ones is shown."""
    key, _fields = _told(whose, slug)
    if queries.places_of_image(db(), key):
        return to(f"{IMAGES}/{whose}/{slug}")
    images_of.take_away(db(), key, actor())
    return to(f"{IMAGES}?melding=fjernet")


def _key(whose: str, slug: str) -> PageKey:
    return PageKey(None if whose == SHARED else caller().municipality, "image", slug, COMMON)


def _told(whose: str, slug: str) -> tuple[PageKey, Mapping[str, Any]]:
    """Answer an image of an address, and what is told of it."""
    key = _key(whose, slug)
    told = queries.image_of(db(), key) if whose in {OWN, SHARED} and is_slug(slug) else None
    if told is None:
        raise NotFoundError
    return key, told


def _basis(told: Mapping[str, Any]) -> str:
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
