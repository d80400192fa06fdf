"""What was published before, what a draft said before, and going back to it."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from webapp.content.domain.kind import COMMON
from webapp.editorial.actions import drafting
from webapp.editorial.actions.drafting import Page
from webapp.editorial.current import FACTS, actor, page_address, place
from webapp.editorial.domain import written
from webapp.editorial.domain.places import Place
from webapp.editorial.presenters.common import People
from webapp.editorial.presenters.history import history_page, revision_page, saves_page
from webapp.editorial.queries import drafts
from webapp.editorial.views import bp
from webapp.editorial.views.part import ONE, Desk
from webapp.identity.arrival import to
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller
from webapp.web.pages import page
from webapp.web.transactions import db, reading, writing

_PARTS = f"<any('{FACTS}','nb','nn','en'):text>"
_HISTORY = f"{ONE}/historikk"
_REVISION = f"{_HISTORY}/{_PARTS}/<int:number>"
_SAVES = f"{ONE}/{_PARTS}/lagringer"


def _language(text: str) -> str:
    return COMMON if text == FACTS else text


@bp.get(_HISTORY)
@allows(Permission.SEE_DRAFTS)
@reading
def history(whose: str, sort: str, slug: str) -> Response:
    """List what was published of a page."""
    where = place(whose, sort, slug)
    Desk(db(), where, FACTS)
    return page("editorial/history.html", history_page(where, drafts.revisions(db(), where), People.of(db())))


@bp.get(_REVISION)
@allows(Permission.SEE_DRAFTS)
@reading
def revision(whose: str, sort: str, slug: str, text: str, number: int) -> Response:
    """Show what a publication said beside what is said now."""
    where = place(whose, sort, slug)
    desk, row = Desk(db(), where, text), drafts.revision(db(), where, _language(text), number)
    made = revision_page(where, row, desk.now or {}, desk.fields, may_edit=caller().may(Permission.EDIT_CONTENT))
    return page("editorial/revision.html", made)


@bp.post(_REVISION)
@allows(Permission.EDIT_CONTENT)
@writing
def go_back(whose: str, sort: str, slug: str, text: str, number: int) -> Response:
    """Take an earlier text back as a draft: it is looked over and published as any other (RE-1)."""
    where = place(whose, sort, slug)
    desk, row = Desk(db(), where, text), drafts.revision(db(), where, _language(text), number)
    return _take(db(), where, text, desk, written.raw_fields(row.fields, desk.fields))


@bp.get(_SAVES)
@allows(Permission.EDIT_CONTENT)
@reading
def saves(whose: str, sort: str, slug: str, text: str) -> Response:
    """List the saves of a draft."""
    where = place(whose, sort, slug)
    desk = Desk(db(), where, text)
    kept = drafts.saves(db(), desk.row.id, desk.language) if desk.row else []
    return page("editorial/saves.html", saves_page(where, desk.language, kept, desk.fields, People.of(db())))


@bp.post(_SAVES)
@allows(Permission.EDIT_CONTENT)
@writing
def restore(whose: str, sort: str, slug: str, text: str) -> Response:
    """Let a draft say again what it said at an earlier save."""
    where = place(whose, sort, slug)
    desk = Desk(db(), where, text)
    told = request.form.get("lagring", "")
    number = int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else -1
    save = drafts.save_at(db(), desk.row.id, desk.language, number) if desk.row else None
    if save is None:
        return to(f"{page_address(where)}/{text}?melding=uendret")
    return _take(db(), where, text, desk, save.raw)


def _take(session: Session, where: Place, text: str, desk: Desk, raw: dict[str, Any]) -> Response:
    seen = desk.part.revision if desk.part else 0
    saved = drafting.save(
        session, Page(where, desk.language, seen, ""), raw, actor(), published=desk.now, unchanged=desk.published_raw
    )
    return to(f"{page_address(where)}/{text}?melding={'hentet' if saved else 'uendret'}")
