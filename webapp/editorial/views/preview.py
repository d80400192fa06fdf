"""A draft as readers will meet it, by the very views that they meet: for editors, and for whoever has a link."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Response, g, make_response, redirect, request

from webapp.content.current import library
from webapp.content.domain.library import Library
from webapp.content.urgent import Urgent, urgent
from webapp.editorial import standing
from webapp.editorial.current import Frame, library_with, place, public_address, show
from webapp.editorial.models import DraftRow
from webapp.editorial.presenters.common import title_of
from webapp.editorial.presenters.part import faults_by_name
from webapp.editorial.presenters.preview import MissingPage, commenting
from webapp.editorial.queries import drafts, plans
from webapp.editorial.views import bp
from webapp.editorial.views.part import ONE
from webapp.feedback import queries as feedback
from webapp.feedback.actions import Asked, Written
from webapp.feedback.current import CLEANED, SENT, TOO_MANY, kept
from webapp.feedback.domain import Sort
from webapp.feedback.forms import CommentForm
from webapp.feedback.models import HearingRow
from webapp.kernel.errors import GoneError, NotFoundError
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller, public
from webapp.web.i18n import language
from webapp.web.i18n import lazy_gettext as _
from webapp.web.pages import page
from webapp.web.tenancy import day
from webapp.web.transactions import database, db, now, reading

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


def _shown(row: DraftRow, language: str, reader: str, frame: Frame, *, status: int = 200) -> Response:
    parts, gone, missing = plans.shown(db(), row, reader)
    if not missing:
        try:
            reader_then = library_with(parts, gone)
            if _is_letter(row.kind):
                return _letter(reader_then, row.kind, row.slug, language, frame.notice)
            made = show(reader_then, public_address(row.kind, row.slug, language), frame)
        except NotFoundError:
            pass
        else:
            made.status_code = status
            return made
    said = [words for several in faults_by_name(missing).values() for words in several]
    return page("editorial/not_yet.html", MissingPage(title_of(drafts.place_of(row)), said, frame.notice))


@bp.get(f"{ONE}/vis/<language:lang>")
@allows(Permission.SEE_DRAFTS)
@reading
def preview(whose: str, sort: str, slug: str, lang: str) -> Response:
    """Show a page with its draft in a language, on the screen or as it will be on paper (RE-1)."""
    where = place(whose, sort, slug)
    frame = Frame(is_on_paper=request.args.get("visning") == "papir", is_still=True)
    g.frame_ancestors = ("'self'",)
    row = drafts.draft(db(), where)
    if row is not None:
        return _shown(row, lang, caller().municipality, frame)
    if _is_letter(where.kind):
        return _letter(library(), where.kind, where.slug, lang, "")
    return show(library(), public_address(where.kind, where.slug, lang), frame)


def _without_traces(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@dataclass(frozen=True, slots=True)
class _Said:
    """What the page says of a comment that was sent."""

    form: CommentForm | None = None
    status: int = 200
    is_sent: bool = False
    is_cleaned: bool = False
    help_at_once: Urgent | None = None


def _open_draft(secret: str, said: _Said) -> Response:
    """Show a draft that is open for comment, with the form under it; raise GoneError where it is not any more."""
    hearing = feedback.hearing_by(db(), library().code, secret)
    row = db().get(DraftRow, hearing.draft)
    if row is None or feedback.is_ended(hearing, day()):
        raise GoneError("not open any more")
    told = feedback.comments(db(), library().code, hearing.id) if hearing.council else ()
    form = said.form or CommentForm(formdata=None, data={"name": hearing.council})
    box = commenting(
        hearing, told, form, request.path, is_sent=said.is_sent, is_cleaned=said.is_cleaned,
        is_many=said.status == TOO_MANY, help_at_once=said.help_at_once,
    )  # fmt: skip
    frame = Frame(str(DRAFT), box, request.path)
    return _without_traces(_shown(row, language(), library().code, frame, status=said.status))


@bp.get("/<language:lang>/utkast/<secret>")
@public(cached=False)
@reading
def shared_draft(lang: str, secret: str) -> Response:
    """Show a draft to somebody without an account, by a link that ends and can be taken back, or as open to comment."""
    try:
        row = drafts.shown_by(db(), library().code, secret, now())
    except NotFoundError:
        told = request.args.get(SENT, "")
        return _open_or_closed(secret, _Said(is_sent=bool(told), is_cleaned=told == CLEANED))
    return _without_traces(_shown(row, lang, library().code, Frame(str(DRAFT), at=request.path)))


def _open_or_closed(secret: str, said: _Said) -> Response:
    try:
        return _open_draft(secret, said)
    except GoneError:
        words = said.form.text("words") if said.form else ""
        return _without_traces(page("feedback/closed.html", words, status=410))


@bp.post("/<language:lang>/utkast/<secret>")
@public(cached=False)
def comment(lang: str, secret: str) -> Response:
    """Keep a comment on a draft that is open for it (ABC-7)."""
    form = CommentForm()
    said = _Said(form, 422)
    hearing = _hearing(secret)
    if hearing is not None and form.is_by_machine:
        return _thanks()
    if hearing is not None and form.validate() and form.says_something("words"):
        said = _keep(hearing, form, lang)
        if said.is_sent and said.help_at_once is None:
            return _thanks(is_cleaned=said.is_cleaned)
    with database().reading() as session:
        g.db = session
        return _open_or_closed(secret, said)


def _hearing(secret: str) -> HearingRow | None:
    """Answer what is open for comment by a link; None where it is not any more, NotFoundError where it never was."""
    with database().reading() as session:
        row = feedback.hearing_by(session, library().code, secret)
        is_there = session.get(DraftRow, row.draft) is not None
    return row if is_there and not feedback.is_ended(row, day()) else None


def _keep(hearing: HearingRow, form: CommentForm, lang: str) -> _Said:
    written = Written(
        Sort.COMMENT, Asked(hearing.kind, hearing.slug, lang), form.cleaned("words"), about=form.cleaned("about"),
        name=form.cleaned("name"), hearing=hearing.id,
    )  # fmt: skip
    if not kept(written):
        return _Said(form, TOO_MANY)
    return _Said(is_sent=True, is_cleaned=bool(form.removed()), help_at_once=urgent(form.text("words")))


def _thanks(*, is_cleaned: bool = False) -> Response:
    return make_response(redirect(f"{request.path}?{SENT}={CLEANED if is_cleaned else 'ja'}#kommentar", 303))
