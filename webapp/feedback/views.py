"""«Did you find the answer?», a suggestion, and what was changed. No cookie is looked at, and none is set (C1)."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, redirect, request

from webapp.content.current import library
from webapp.content.domain.addresses import address
from webapp.content.domain.library import Page
from webapp.content.urgent import Urgent, urgent
from webapp.feedback import actions
from webapp.feedback.actions import Asked, Written
from webapp.feedback.current import ALL_TAPS, CLEANED, SENT, TAPS, TOO_MANY, hit, is_again, is_too_much, kept
from webapp.feedback.domain import ASKED, MOST_TITLE, Sort
from webapp.feedback.forms import SentenceForm, SuggestForm
from webapp.feedback.presenters import AnswerPage, ChangesPage, SuggestPage
from webapp.kernel.errors import NotFoundError
from webapp.kernel.text import is_slug
from webapp.search.domain.vocabulary import may_be_counted
from webapp.web.access import public
from webapp.web.i18n import language
from webapp.web.pages import page
from webapp.web.tenancy import day
from webapp.web.transactions import database, now

bp = Blueprint("feedback", __name__)

ANSWERS = {"ja": True, "nei": False}


@bp.post("/<language:lang>/tilbakemelding")
@public(cached=False, fragments=True)
def answer(lang: str) -> Response:
    """Count whether a page answered, or keep the sentence that somebody adds to that (ABC-7)."""
    form = SentenceForm()
    found = _page(form)
    is_found = ANSWERS.get(form.text("funnet"))
    if is_found is None:
        return _answered(found, None, "ask", status=422)
    if "words" in request.form:
        return _sentence(found, form, is_found=is_found)
    hit(TAPS)
    if not is_again("tap", found.kind, found.slug, lang):
        if is_too_much(ALL_TAPS):
            return _answered(found, is_found, "many", status=TOO_MANY)
        with database().writing() as session:
            asked = Asked(found.kind, found.slug, lang)
            actions.count_answer(session, library().code, asked, is_found=is_found, at=now())
    return _answered(found, is_found, "sentence", form=SentenceForm(formdata=None))


def _page(form: SentenceForm) -> Page:
    """Answer the page that was asked about; raise NotFoundError where it is none of ours, or asks nothing."""
    kind, slug = form.text("kind"), form.text("slug")
    found = library().page(kind, slug, language()) if kind in ASKED and is_slug(slug) else None
    if found is None:
        raise NotFoundError
    return found


def _answered(
    about: Page, is_found: bool | None, step: str, *, form: SentenceForm | None = None, status: int = 200,  # noqa: FBT001 -- what the reader answered
    is_cleaned: bool = False, help_at_once: Urgent | None = None,
) -> Response:  # fmt: skip
    is_sensitive = bool(about.get("quick_exit"))
    href = address(about.kind, about.slug, language())
    g.shown_at = href  # the other languages lead to the page: this address only takes forms
    made = AnswerPage(about, is_found, step, is_sensitive, href, is_cleaned, help_at_once)
    answered = page("feedback/answer.html", made, form=form, fragment="answer", status=status)
    answered.headers["Cache-Control"] = "no-store"
    return answered


def _sentence(about: Page, form: SentenceForm, *, is_found: bool) -> Response:
    if form.is_by_machine:
        return _answered(about, is_found, "thanks")
    if not form.validate() or not form.says_something("words"):
        return _answered(about, is_found, "sentence", form=form, status=422)
    asked = Asked(about.kind, about.slug, language())
    written = Written(Sort.SENTENCE, asked, form.cleaned("words"), is_found=is_found)
    if not kept(written):
        return _answered(about, is_found, "many", form=form, status=TOO_MANY)
    return _answered(
        about, is_found, "thanks", is_cleaned=bool(form.removed()), help_at_once=urgent(form.text("words"))
    )


@bp.get("/<language:lang>/foresla")
@public()
def suggest(lang: str) -> Response:
    """Show the form for a suggestion; words of a search that cannot say anything of a person stand in it."""
    if SENT in request.args:
        told = set(request.args.getlist(SENT))
        return page("feedback/suggest.html", SuggestPage(is_sent=True, is_cleaned=CLEANED in told))
    words = request.args.get("ord", "")[:MOST_TITLE]
    form = SuggestForm(formdata=None, data={"title": words if may_be_counted(words) else ""})
    return page("feedback/suggest.html", SuggestPage(), form=form)


@bp.post("/<language:lang>/foresla")
@public(cached=False)
def suggest_post(lang: str) -> Response:
    """Keep a suggestion (ABC-7)."""
    form = SuggestForm()
    if form.is_by_machine:
        return _thanks()
    if not form.validate() or not form.says_something("title"):
        return _refused(form, SuggestPage(), 422)
    written = Written(Sort.SUGGESTION, Asked("", "", lang), form.cleaned("words"), about=form.cleaned("title"))
    if not kept(written):
        return _refused(form, SuggestPage(is_many=True), TOO_MANY)
    help_at_once = urgent(form.text("title"), form.text("words"))
    if help_at_once:  # whom to ring at once stands in the answer itself
        shown = SuggestPage(is_sent=True, is_cleaned=bool(form.removed()), urgent=help_at_once)
        return _refused(None, shown, 200)
    return _thanks(is_cleaned=bool(form.removed()))


def _thanks(*, is_cleaned: bool = False) -> Response:
    told = f"{SENT}={CLEANED}" if is_cleaned else f"{SENT}=ja"
    return make_response(redirect(f"/{language()}/foresla?{told}", 303))


def _refused(form: SuggestForm | None, shown: SuggestPage, status: int) -> Response:
    answered = page("feedback/suggest.html", shown, form=form, status=status)
    answered.headers["Cache-Control"] = "no-store"
    return answered


@bp.get("/<language:lang>/dere-sa-vi-endret")
@public()
def changes(lang: str) -> Response:
    """Show what was changed because of what was said, and the drafts that everybody may comment on (ABC-7b)."""
    found = library().page("page", "dere-sa-vi-endret", lang)
    if found is None:
        raise NotFoundError
    return page("feedback/changes.html", ChangesPage.of(found, day()))
