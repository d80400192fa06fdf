"""A draft as readers will meet it, by the very views that they meet: for editors, and for whoever has a link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, g, request

from webapp.content.current import library
from webapp.content.domain.library import Library
from webapp.editorial import standing
from webapp.editorial.current import library_with, place, public_address, show
from webapp.editorial.models import DraftRow
from webapp.editorial.presenters.common import title_of
from webapp.editorial.presenters.part import faults_by_name
from webapp.editorial.presenters.preview import MissingPage
from webapp.editorial.queries import drafts, plans
from webapp.editorial.views import bp
from webapp.editorial.views.part import ONE
from webapp.kernel.errors import NotFoundError
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller, public
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading

DRAFT = _("This is a draft. It is not published, and the municipality has not decided that this is how it will be.")


def _is_letter(kind: str) -> bool:
    """Tell whether a kind is shown as it is sent or said, because no page of its own shows it."""
    return kind in {"message", "consent", "image"}


def _letter(reader: Library, kind: str, slug: str, code: str, notice: str) -> Response:
    if kind == "image":
        shown = standing.image_view(slug, reader.image(slug) or {})
    else:
        shown = standing.view_of(kind, slug, reader.standing(kind, slug), code)
    return page("editorial/letter.html", replace(shown, notice=notice))


def _shown(row: DraftRow, language: str, reader: str, **how: Any) -> Response:
    parts, gone, missing = plans.shown(db(), row, reader)
    if not missing:
        try:
            made = library_with(parts, gone)
            if _is_letter(row.kind):
                return _letter(made, row.kind, row.slug, language, how.get("notice", ""))
            return show(made, public_address(row.kind, row.slug, language), **how)
        except NotFoundError:
            pass
    said = [words for several in faults_by_name(missing).values() for words in several]
    return page("editorial/not_yet.html", MissingPage(title_of(drafts.place_of(row)), said, how.get("notice", "")))


@bp.get(f"{ONE}/vis/<language:lang>")
@allows(Permission.SEE_DRAFTS)
@reading
def preview(whose: str, sort: str, slug: str, lang: str) -> Response:
    """Show a page with its draft in a language, on the screen or as it will be on paper (RE-1)."""
    where, is_on_paper = place(whose, sort, slug), request.args.get("visning") == "papir"
    g.frame_ancestors = ("'self'",)
    row = drafts.draft(db(), where)
    if row is not None:
        return _shown(row, lang, caller().municipality, is_on_paper=is_on_paper, is_still=True)
    if _is_letter(where.kind):
        return _letter(library(), where.kind, where.slug, lang, "")
    return show(library(), public_address(where.kind, where.slug, lang), is_on_paper=is_on_paper, is_still=True)


@bp.get("/<language:lang>/utkast/<secret>")
@public(cached=False)
@reading
def shared_draft(lang: str, secret: str) -> Response:
    """Show a draft to somebody without an account, by a link that ends and can be taken back."""
    row = drafts.shown_by(db(), library().code, secret, now())
    response = _shown(row, lang, library().code, notice=str(DRAFT))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
