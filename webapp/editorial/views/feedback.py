"""What readers have said: read, dealt with, taken into a draft, told to everybody as «You said, we changed»."""

from __future__ import annotations

from flask import Response, request

from webapp.content.current import library, shelf
from webapp.content.domain.kind import COMMON
from webapp.content.domain.pages import PageKey
from webapp.editorial.current import CHANGES, FEEDBACK, actor, page_address
from webapp.editorial.domain.places import Place
from webapp.editorial.forms import ChangeForm, DealForm
from webapp.editorial.presenters.common import People
from webapp.editorial.presenters.feedback import (
    ItemPage,
    Wanted,
    change_lines,
    change_page,
    feedback_page,
    item_page,
)
from webapp.editorial.views import bp
from webapp.feedback import actions, queries
from webapp.feedback.actions import Change
from webapp.feedback.domain import State
from webapp.feedback.models import ChangeRow, ItemRow
from webapp.identity.arrival import to
from webapp.kernel.clock import local_day
from webapp.kernel.errors import ConflictError
from webapp.kernel.language import LANGUAGES
from webapp.kernel.permission import Permission
from webapp.kernel.text import is_slug
from webapp.web.access import allows, caller
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.transactions import db, now, reading, writing

ONE_ITEM = f"{FEEDBACK}/<item_id>"
DEALT_ALREADY = _("Somebody else has dealt with it. Look at what they said; you can open it again.")


def place_of_page(kind: str, slug: str) -> Place | None:
    """Answer whose text readers meet on a page; None where it is about none."""
    if not kind:
        return None
    own = library().code
    has_own = any(PageKey(own, kind, slug, code) in shelf().parts for code in (COMMON, *LANGUAGES))
    return Place(own if has_own else None, kind, slug)


@bp.get(FEEDBACK)
@allows(Permission.SEE_DRAFTS)
@reading
def said() -> Response:
    """List what readers have said, and the pages that did not answer, by what the address asks for (RE-3)."""
    return _list(200)


def _list(status: int) -> Response:
    wanted, own = Wanted.of(request.args), caller().municipality
    asked, place = wanted.asked(), place_of_page(wanted.kind, wanted.slug)
    made = feedback_page(
        wanted, queries.items(db(), own, asked), queries.how_many(db(), own, asked),
        queries.not_found_by_page(db(), own), edit=page_address(place) if place else "",
        may_edit=caller().may(Permission.EDIT_CONTENT),
    )  # fmt: skip
    return page("editorial/feedback.html", made, status=status)


@bp.post(FEEDBACK)
@allows(Permission.EDIT_CONTENT)
@writing
def answers_looked_at() -> Response:
    """Say that what readers answered about a page has been looked at: the numbers stay, and nothing waits."""
    kind, _slash, slug = request.form.get("handling", "").partition("/")
    if not kind.isalpha() or len(kind) > 20 or not is_slug(slug):
        return _list(422)
    actions.deal_with_page(db(), kind, slug, actor())
    return to(FEEDBACK)


@bp.get(ONE_ITEM)
@allows(Permission.SEE_DRAFTS)
@reading
def one_said(item_id: str) -> Response:
    """Show one thing that somebody wrote, and what can be done about it."""
    row = queries.item(db(), caller().municipality, item_id)
    return page("editorial/feedback_item.html", _item_page(row), form=DealForm(data={"reply": row.reply}))


def _item_page(row: ItemRow) -> ItemPage:
    may_edit = caller().may(Permission.EDIT_CONTENT)
    return item_page(row, place_of_page(row.kind, row.slug), People.of(db()), may_edit=may_edit)


@bp.post(ONE_ITEM)
@allows(Permission.EDIT_CONTENT)
@writing
def deal_with(item_id: str) -> Response:
    """Say what became of it, with a short answer; or let it wait again."""
    row, form = queries.item(db(), caller().municipality, item_id, is_held=True), DealForm()
    if request.form.get("handling") == "apne":
        actions.open_again(db(), row, actor())
        return to(f"{FEEDBACK}/{row.id}")
    if not form.validate():
        return page("editorial/feedback_item.html", _item_page(row), form=form, status=422)
    try:
        actions.require_open(row)
    except ConflictError:
        form.became.errors = [str(DEALT_ALREADY)]
        return page("editorial/feedback_item.html", _item_page(row), form=form, status=409)
    actions.deal_with(db(), row, State(form.text("became")), form.text("reply"), actor())
    return to(FEEDBACK)


@bp.get(CHANGES)
@allows(Permission.SEE_DRAFTS)
@reading
def changes() -> Response:
    """List what was said and changed, as everybody reads it."""
    return page("editorial/changes.html", change_lines(queries.changes(db(), caller().municipality)))


@bp.get(f"{CHANGES}/ny")
@allows(Permission.PUBLISH_CONTENT)
@reading
def new_change() -> Response:
    """Ask what was said and what was changed, in an editor's own words."""
    row = _from(request.args.get("fra", ""))
    side = f"{row.kind}/{row.slug}" if row and row.kind else request.args.get("side", "")[:120]
    given = {"side": side, "item": row.id if row else ""}
    return _form(None, ChangeForm(data=given), row)


def _from(item_id: str) -> ItemRow | None:
    return queries.item(db(), caller().municipality, item_id) if item_id else None


def _form(change: ChangeRow | None, form: ChangeForm, item: ItemRow | None = None, status: int = 200) -> Response:
    action = f"{CHANGES}/{change.id if change else 'ny'}"
    raw = "\n".join(filter(None, (item.about, item.words))) if item else ""
    return page(
        "editorial/change.html",
        change_page(action, form.text("side"), is_new=change is None, raw=raw),
        form=form,
        status=status,
    )


@bp.post(f"{CHANGES}/ny")
@allows(Permission.PUBLISH_CONTENT)
@writing
def new_change_post() -> Response:
    """Publish what was said and changed; what it comes from is dealt with by that."""
    form = ChangeForm()
    row = _from(form.text("item"))
    if not _is_right(form):
        return _form(None, form, row, 422)
    actions.save_change(db(), None, _told(form), actor())
    if row is not None and row.state == State.OPEN.value and caller().may(Permission.EDIT_CONTENT):
        actions.deal_with(db(), row, State.CHANGED, row.reply, actor())
    return to(CHANGES)


def _is_right(form: ChangeForm) -> bool:
    is_valid = form.validate()
    return form.require_whole(library().languages[0]) and is_valid


def _told(form: ChangeForm, change: ChangeRow | None = None) -> Change:
    kind, _slash, slug = form.text("side").partition("/")
    is_there = library().page(kind, slug, "nb") is not None if slug else False
    return Change(
        change.day if change else local_day(now()), form.told("said"), form.told("changed"),
        kind if is_there else "", slug if is_there else "", form.text("by"),
    )  # fmt: skip


@bp.get(f"{CHANGES}/<change_id>")
@allows(Permission.PUBLISH_CONTENT)
@reading
def one_change(change_id: str) -> Response:
    """Show what was said and changed, to be put in better words or taken away."""
    row = queries.change(db(), caller().municipality, change_id)
    texts = {f"said_{code}": row.said.get(code, "") for code in LANGUAGES}
    texts |= {f"changed_{code}": row.changed.get(code, "") for code in LANGUAGES}
    side = f"{row.kind}/{row.slug}" if row.kind else ""
    return _form(row, ChangeForm(data={**texts, "side": side, "by": row.by}))


@bp.post(f"{CHANGES}/<change_id>")
@allows(Permission.PUBLISH_CONTENT)
@writing
def one_change_post(change_id: str) -> Response:
    """Publish it in other words, or take it away."""
    row, form = queries.change(db(), caller().municipality, change_id), ChangeForm()
    if request.form.get("handling") == "fjern":
        actions.remove_change(db(), row, actor())
        return to(CHANGES)
    if not _is_right(form):
        return _form(row, form, status=422)
    actions.save_change(db(), row, _told(form, row), actor())
    return to(CHANGES)
