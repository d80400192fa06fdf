"""What is done with a draft as a whole: sent, approved, sent back, published, thrown away, shown to others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request

from webapp.content.current import base_url, shelf
from webapp.content.domain.kind import COMMON
from webapp.content.domain.library import Library
from webapp.editorial.actions import drafting, publishing
from webapp.editorial.actions.drafting import Page
from webapp.editorial.current import actor, library_with, page_address, place
from webapp.editorial.domain.places import Place
from webapp.editorial.forms import COUNCIL, HearingForm, PublishForm, SendBackForm
from webapp.editorial.models import DraftRow
from webapp.editorial.presenters.common import People, title_of
from webapp.editorial.presenters.page import page_of
from webapp.editorial.queries import drafts, plans
from webapp.editorial.views import bp
from webapp.editorial.views.pages import found_page, page_forms
from webapp.editorial.views.part import ONE, Desk
from webapp.feedback import actions as opening
from webapp.feedback.actions import Draft
from webapp.identity.arrival import to
from webapp.kernel.clock import local_day
from webapp.kernel.errors import ConflictError, InvalidError, NotAllowedError
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller
from webapp.web.i18n import language, write_date
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.transactions import db, now, writing

CHANGED = _("The draft was changed since you opened this page. Nothing was done. Look at what it says now.")
OWN_DRAFT = _("You have written a part of this yourself. Somebody else must approve it.")
NOT_READY = _("It cannot be published yet. Look at what must be mended, and at who must approve it.")
PAST = _("The time has passed. Choose a time to come.")
PAST_DAY = _("A change cannot count from before it is published.")


def _again(where: Place, said: object, status: int, **forms: Any) -> Response:
    """Show the page again, with why nothing was done."""
    made = page_of(found_page(db(), where), People.of(db()), message=str(said))
    return page("editorial/page.html", made, form=page_forms(**forms), status=status)


def _seen() -> int:
    told = request.form.get("seen", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else -1


def _done(where: Place, word: str) -> Response:
    return to(f"{page_address(where)}?melding={word}")


def _decide(where: Place, word: str, do: Callable[[DraftRow], None]) -> Response:
    """Do something with the draft of a page; what cannot be done is said, and nothing is lost."""
    row = drafts.draft(db(), where, is_held=True)
    if row is None:
        found_page(db(), where)
        return _done(where, "ingenting")
    try:
        do(row)
    except ConflictError:
        return _again(where, CHANGED, 409)
    except NotAllowedError:
        return _again(where, OWN_DRAFT, 403)
    return _done(where, word)


@bp.post(f"{ONE}/utkast")
@allows(Permission.EDIT_CONTENT)
@writing
def draft(whose: str, sort: str, slug: str) -> Response:
    """Send a draft to be approved, throw it away, show it, open it for comment; mark a page as gone through."""
    where, handling = place(whose, sort, slug), request.form.get("handling", "")
    word, _colon, what = handling.partition(":")
    ways: dict[str, Callable[[], Response]] = {
        "gjennomgatt": lambda: _reviewed(where),
        "stemmer": lambda: _confirmed(where, what),
        "lenke": lambda: _new_link(where),
        "apne": lambda: _open_for_comment(where),
        "lukk": lambda: _decide(where, "lukket", lambda row: _close(row, what)),
    }
    if word in ways:
        return ways[word]()
    acts: dict[str, tuple[str, Callable[[DraftRow], None]]] = {
        "send": ("sendt", _send),
        "forkast": ("forkastet", lambda row: drafting.discard(db(), row, actor())),
        "trekk": ("trukket", lambda row: drafting.revoke_links(db(), row, actor())),
    }
    if handling not in acts:
        return _again(where, NOT_READY, 422)
    return _decide(where, *acts[handling])


def _send(row: DraftRow) -> None:
    plan = plans.plan_of(db(), row, shelf(), caller().municipality, today=local_day(now()))
    if not plan.is_right or not plan.changed:
        raise ConflictError("something must be mended first")
    drafting.send(db(), row, _seen(), actor())


def _new_link(where: Place) -> Response:
    row = drafts.draft(db(), where, is_held=True)
    if row is None:
        return _done(where, "ingenting")
    secret = drafting.new_link(db(), row, actor())
    db().flush()
    address = f"{base_url()}/{language()}/utkast/{secret}"
    made = page_of(found_page(db(), where), People.of(db()), new_link=address)
    return page("editorial/page.html", made, form=page_forms())


def _open_for_comment(where: Place) -> Response:
    """Open the draft for a council, which gets the link, or for everybody, who find it listed (ABC-7)."""
    row, form = drafts.draft(db(), where, is_held=True), HearingForm()
    if row is None:
        return _done(where, "ingenting")
    if not form.validate():
        return _again(where, "", 422, hearing=form)
    last = form.last_day()
    assert last is not None
    council = form.text("council") if form.text("whom") == COUNCIL else ""
    told = Draft(row.id, row.kind, row.slug, title_of(where, _with(row)))
    secret = opening.open_draft(db(), told, council, last, actor())
    drafting.note(db(), row, actor(), "opened for comment")
    db().flush()
    address = f"{base_url()}/{language()}/utkast/{secret}"
    until = write_date(last.isoformat())
    made = page_of(found_page(db(), where), People.of(db()), new_link=address, link_until=until)
    return page("editorial/page.html", made, form=page_forms())


def _with(row: DraftRow) -> Library:
    """Answer the library with the draft in its place: a new page has its title there and nowhere else."""
    parts, gone, _missing = plans.shown(db(), row, caller().municipality)
    return library_with(parts, gone)


def _close(row: DraftRow, hearing: str) -> None:
    opening.close_draft(db(), row.id, hearing, actor())
    drafting.note(db(), row, actor(), "closed for comment")


def _reviewed(where: Place) -> Response:
    """Mark a page as gone through: its dates are moved in a draft, which is published as any other."""
    desk = Desk(db(), where, "fakta")
    known = {**_shared_facts(desk), **(desk.now or {})}
    if "review_by" not in known:
        return _done(where, "ingenting")
    today = local_day(now())
    again = today.replace(year=today.year + 1, day=min(today.day, 28))
    raw = desk.raw | {"reviewed": today.isoformat(), "review_by": again.isoformat()}
    seen = desk.part.revision if desk.part else 0
    drafting.save(db(), Page(where, COMMON, seen, ""), raw, actor(), published=desk.now, unchanged=desk.published_raw)
    return _done(where, "gjennomgatt")


def _shared_facts(desk: Desk) -> dict[str, object]:
    part = desk.stored.get(desk.place.shared_key(COMMON))
    return dict(part.fields) if part else {}


def _confirmed(where: Place, code: str) -> Response:
    """Say that a text still says the same as the one in bokmål: it is published anew as it is."""
    is_done = publishing.confirm(db(), where, code, actor())
    return _done(where, "stemmer" if is_done else "ingenting")


@bp.post(f"{ONE}/godkjenning")
@allows(Permission.APPROVE_CONTENT)
@writing
def approval(whose: str, sort: str, slug: str) -> Response:
    """Approve a draft as it was seen, or send it back with a word on why."""
    where, back = place(whose, sort, slug), SendBackForm()
    if request.form.get("handling") == "godkjenn":
        return _decide(where, "godkjent", lambda row: publishing.approve(db(), row, _seen(), actor()))
    if drafts.draft(db(), where) is not None and not back.validate():
        return _again(where, "", 422, back=back)
    return _decide(
        where, "tilbake", lambda row: publishing.send_back(db(), row, _seen(), back.text("comment"), actor())
    )


@bp.post(f"{ONE}/publisering")
@allows(Permission.PUBLISH_CONTENT)
@writing
def publication(whose: str, sort: str, slug: str) -> Response:
    """Publish a draft now or at a time to come, or let it not be published after all."""
    where, form = place(whose, sort, slug), PublishForm()
    if request.form.get("handling") == "avbryt":
        return _decide(where, "avbrutt", lambda row: publishing.cancel(db(), row, _seen(), actor()))
    if drafts.draft(db(), where) is not None and not form.validate():
        return _again(where, "", 422, publish=form)
    when, first = form.time(), form.first_day()
    try:
        return _decide(where, "planlagt" if when else "publisert", lambda row: _publish(row, form))
    except InvalidError:
        if when is not None and when <= now():
            form.day.errors = [str(PAST)]
            return _again(where, "", 422, publish=form)
        if first is not None and first < local_day(when or now()):
            form.counts_from.errors = [str(PAST_DAY)]
            return _again(where, "", 422, publish=form)
        return _again(where, NOT_READY, 422, publish=form)


def _publish(row: DraftRow, form: PublishForm) -> None:
    plan = plans.plan_of(db(), row, shelf(), caller().municipality, today=local_day(now()))
    when, first = form.time(), form.first_day()
    if when is None:
        publishing.publish(db(), row, plan, actor(), seen=_seen(), counts_from=first)
    else:
        publishing.schedule(db(), row, plan, actor(), seen=_seen(), when=when, counts_from=first)
