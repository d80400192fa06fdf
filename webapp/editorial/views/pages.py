"""The pages that can be written on, one of them, and a new one."""

from __future__ import annotations

from flask import Response, request
from sqlalchemy.orm import Session

from webapp.content import queries as published
from webapp.content.current import library, shelf
from webapp.content.domain.kind import COMMON
from webapp.content.domain.kinds import KINDS
from webapp.editorial.actions import drafting
from webapp.editorial.current import PAGES_LIST, ROOM, SORTS, actor, page_address, part_word, place
from webapp.editorial.domain import written
from webapp.editorial.domain.places import Place
from webapp.editorial.forms import HearingForm, NewPageForm, PublishForm, SendBackForm
from webapp.editorial.presenters.common import People
from webapp.editorial.presenters.listing import ListPage, Wanted
from webapp.editorial.presenters.page import MESSAGES, Found, page_of
from webapp.editorial.queries import drafts, plans
from webapp.editorial.views import bp
from webapp.editorial.views.part import ONE, require_there
from webapp.feedback import queries as feedback
from webapp.feedback.queries import Wanted as Said
from webapp.identity.arrival import to
from webapp.kernel.clock import local_day
from webapp.kernel.errors import ConflictError
from webapp.kernel.permission import Permission
from webapp.kernel.text import is_slug
from webapp.web.access import allows, caller
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.transactions import database, db, now, reading

NEW = f"{ROOM}ny"
MOST_SAID = 8
_TAKEN = _("There is already a page with this address. Choose another, or open that one.")


@bp.get(PAGES_LIST)
@allows(Permission.SEE_DRAFTS)
@reading
def pages() -> Response:
    """List the pages, by kind, by whose they are, by where they stand, and by words in their titles."""
    wanted = Wanted.of(request.args)
    rows = drafts.drafts(db(), caller().municipality)
    found = ListPage.of(
        wanted, library(), shelf=shelf(), rows=rows, sequences=published.sequences(db()), today=local_day(now())
    )
    return page("editorial/pages.html", found)


def page_forms(
    publish: PublishForm | None = None, back: SendBackForm | None = None, hearing: HearingForm | None = None
) -> tuple[PublishForm, SendBackForm, HearingForm]:
    """Answer the forms that stand on the page of the office: those that were sent as they were, the others anew."""
    is_sent = request.method == "POST"
    given = {"formdata": None} if is_sent else {}
    return publish or PublishForm(**given), back or SendBackForm(**given), hearing or HearingForm(**given)


def found_page(session: Session, where: Place) -> Found:
    """Answer everything that the page of the office shows of one page; raise NotFoundError where there is none."""
    stored = published.parts_of(session, where.kind, where.slug, caller().municipality)
    row = drafts.draft(session, where)
    require_there(where, stored, is_drafted=row is not None)
    plan = plans.plan_of(session, row, shelf(), caller().municipality, today=local_day(now())) if row else None
    conflicts = [
        one for one in published.conflicts(session, caller().municipality)
        if (one.kind, one.slug, one.municipality) == (where.kind, where.slug, where.municipality)
    ]  # fmt: skip
    return Found(
        where, stored, published.sequences_of(session, where.kind, where.slug), row, drafts.parts(session, row), plan,
        drafts.links(session, row.id, now()) if row else [], len(conflicts),
        feedback.hearings(session, caller().municipality, row.id, local_day(now())) if row else [],
        feedback.items(session, caller().municipality, Said(kind=where.kind, slug=where.slug), most=MOST_SAID), now(),
    )  # fmt: skip


@bp.get(ONE)
@allows(Permission.SEE_DRAFTS)
@reading
def show(whose: str, sort: str, slug: str) -> Response:
    """Show where a page stands, what its draft would change, and what can be done next."""
    message = str(MESSAGES.get(request.args.get("melding", ""), ""))
    made = page_of(found_page(db(), place(whose, sort, slug)), People.of(db()), message=message)
    return page("editorial/page.html", made, form=page_forms())


@bp.get(NEW)
@allows(Permission.EDIT_CONTENT)
@reading
def new() -> Response:
    """Ask what the new page is; one that somebody has suggested begins with their words."""
    suggested = request.args.get("forslag", "")
    given = {"title": feedback.item(db(), caller().municipality, suggested).about} if suggested else {}
    return page("editorial/new.html", form=NewPageForm(data=given))


@bp.post(NEW)
@allows(Permission.EDIT_CONTENT)
def new_post() -> Response:
    """Begin a new page; an address that is taken is refused, and what was written stays."""
    form = NewPageForm()
    if not form.validate():
        return page("editorial/new.html", form=form, status=422)
    slug, kind = form.chosen_slug(), SORTS[form.text("sort")]
    where = Place(None if form.text("whose") == "felles" else caller().municipality, kind, slug)
    language = library().languages[0] if not where.is_shared else "nb"
    raw = {**written.raw_fields({}, KINDS[kind].texts), "title": form.text("title")}
    is_taken = not is_slug(slug) or any((key.kind, key.slug) == (kind, slug) for key in shelf().parts)
    if is_taken:
        form.slug.errors = [str(_TAKEN)]
        return page("editorial/new.html", form=form, status=422)
    try:
        with database().writing() as session:
            common = _first_facts(kind)
            drafting.begin(session, where, {COMMON: common, language: raw} if common else {language: raw}, actor())
    except ConflictError:
        form.slug.errors = [str(_TAKEN)]
        return page("editorial/new.html", form=form, status=422)
    return to(f"{page_address(where)}/{part_word(language)}?melding=ny")


def _first_facts(kind: str) -> dict[str, object]:
    """Answer the facts with which a new page begins: gone through today, and again in a year."""
    fields = {field.name for field in KINDS[kind].common}
    if "reviewed" not in fields:
        return {}
    today = local_day(now())
    begin = {"reviewed": today.isoformat(), "review_by": today.replace(year=today.year + 1, day=min(today.day, 28))}
    return written.raw_fields({name: str(value) for name, value in begin.items()}, KINDS[kind].common)
