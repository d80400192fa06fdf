"""The pages of self-checks: one question at a time; every POST answers 303 to a GET, so that Back and reload work."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from webapp.content.current import base_url, library
from webapp.content.urgent import MARK, Urgent, urgent, urgent_box
from webapp.kernel.errors import NotFoundError
from webapp.kernel.ids import new_id
from webapp.selfchecks import actions, documents, queries
from webapp.selfchecks.actions import ANSWERS, SLUG, TOLD, VERSION
from webapp.selfchecks.domain.answers import AnswerFault, first_open, path, take
from webapp.selfchecks.domain.questionnaire import SelfCheck, Type
from webapp.selfchecks.domain.scoring import result
from webapp.selfchecks.presenters.pages import IntroPage, ListPage, QuestionPage, SavedPage
from webapp.selfchecks.presenters.result import ResultPage
from webapp.selfchecks.presenters.told import survey_page
from webapp.selfchecks.views import bp
from webapp.selfchecks.views.copy import answers_so_far, is_told, name_of, to
from webapp.selfchecks.views.counting import count_answer
from webapp.web import working_copy
from webapp.web.access import draft, public
from webapp.web.pages import page
from webapp.web.throttle import Limit
from webapp.web.transactions import database, now

COPIES = Limit("working copies", 300)


@bp.get("/<language:lang>/selvsjekk/")
@public()
def all_checks(lang: str) -> Response:
    """List the self-checks."""
    return page("selfchecks/list.html", ListPage.of(queries.all_checks(library())))


@bp.get("/<language:lang>/selvsjekk/<slug>")
@public()
def intro(lang: str, slug: str) -> Response:
    """Say what a self-check is for, and what it does not say."""
    return page("selfchecks/intro.html", IntroPage.of(slug, queries.fields_of(library(), slug)))


@bp.get("/<language:lang>/selvsjekk/<slug>/sporsmal/<int:number>")
@draft
def question(lang: str, slug: str, number: int) -> Response:
    """Ask one question (SJ-1)."""
    check = queries.selfcheck(library(), slug)
    answers = answers_so_far(check)
    reachable = first_open(check, answers) or len(path(check, answers))
    if not 1 <= number <= len(path(check, answers)):
        raise NotFoundError
    if number > reachable:
        return to(lang, slug, f"/sporsmal/{reachable}")
    return _question_page(check, answers, number)


def _question_page(
    check: SelfCheck,
    answers: dict[str, str],
    number: int,
    *,
    fault: AnswerFault | None = None,
    given: str | None = None,
) -> Response:
    fields = queries.fields_of(library(), check.slug)
    shown = QuestionPage.of(fields, check, answers, number, fault=fault, given=given, now=_urgent_now())
    return page("selfchecks/question.html", shown, status=422 if fault else 200)


@bp.post("/<language:lang>/selvsjekk/<slug>/sporsmal/<int:number>")
@draft
def answer(lang: str, slug: str, number: int) -> Response:
    """Keep an answer in the working copy, and lead on; what does not fit the question is said beside it."""
    check = queries.selfcheck(library(), slug)
    answers = answers_so_far(check)
    steps = path(check, answers)
    if not 1 <= number <= len(steps):
        raise NotFoundError
    step = steps[number - 1]
    kept, fault = take(step.question, request.form.getlist("answer"))
    if fault:
        return _question_page(check, answers, number, fault=fault, given=kept)
    before, answers = answers, {**answers, step.id: kept}
    is_counted = first_open(check, before) is None or is_told(slug)
    is_done = first_open(check, answers) is None
    content = {VERSION: check.version, ANSWERS: answers, TOLD: is_counted or is_done}
    working_copy.keep(name_of(slug), content, COPIES)
    if not is_counted:
        count_answer(check, before, answers, step.id)
    is_last = number >= len(path(check, answers))
    is_urgent = step.question.type is Type.TEXT and urgent(kept) is not None
    following = "/resultat" if is_last else f"/sporsmal/{number + 1}"
    return to(lang, slug, f"{following}?{MARK}=1" if is_urgent else following)


def _urgent_now() -> Urgent | None:
    """Answer what to do at once where the page before this one had words of danger for life in it."""
    return urgent_box() if request.args.get(MARK) else None


@bp.get("/<language:lang>/selvsjekk/<slug>/resultat")
@draft
def show_result(lang: str, slug: str) -> Response:
    """Say in plain words what the answers say and what they do not say (SJ-3)."""
    check = queries.selfcheck(library(), slug)
    answers = answers_so_far(check)
    still_open = first_open(check, answers)
    if still_open is not None:
        return to(lang, slug, f"/sporsmal/{still_open}")
    fields = queries.fields_of(library(), slug)
    if fields.get(queries.SURVEY):
        return page("selfchecks/survey.html", survey_page(fields, check, answers, new_id()))
    shown = ResultPage.of(fields, check, result(check, answers), now=_urgent_now())
    return page("selfchecks/result.html", shown)


@bp.get("/<language:lang>/selvsjekk/<slug>/resultat.pdf")
@draft
def result_pdf(lang: str, slug: str) -> Response:
    """Give the result as PDF, to print or take along (SJ-7)."""
    check = queries.selfcheck(library(), slug)
    answers = answers_so_far(check)
    still_open = first_open(check, answers)
    if still_open is not None:
        return to(lang, slug, f"/sporsmal/{still_open}")
    found = documents.result_paper(check, queries.fields_of(library(), slug), answers, result(check, answers), at=now())
    return _pdf(found, slug)


@bp.get("/<language:lang>/selvsjekk/<slug>/skjema.pdf")
@public()
def form_pdf(lang: str, slug: str) -> Response:
    """Give a blank form for those who use paper (SJ-9)."""
    check = queries.selfcheck(library(), slug)
    return _pdf(documents.blank_form(check, queries.fields_of(library(), slug)), slug)


def _pdf(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@bp.post("/<language:lang>/selvsjekk/<slug>/slett")
@draft
def finish(lang: str, slug: str) -> Response:
    """Delete what was filled in (SJ-5)."""
    working_copy.keep(name_of(slug), {})
    return to(lang, slug, "")


@bp.post("/<language:lang>/selvsjekk/<slug>/lagre")
@draft
def save(lang: str, slug: str) -> Response:
    """Keep what was filled in under a link of the resident's own, for thirty days."""
    check = queries.selfcheck(library(), slug)
    answers = answers_so_far(check)
    if not answers:
        return to(lang, slug, "")
    content: dict[str, Any] = {VERSION: check.version, ANSWERS: answers}
    with database().writing() as session:
        secret = actions.save_under_link(session, library().code, slug, content, at=now())
    return page("selfchecks/saved.html", SavedPage(slug, f"{base_url()}/{lang}/selvsjekk/lagret/{secret}"))


@bp.get("/<language:lang>/selvsjekk/lagret/<secret>")
@draft
def saved(lang: str, secret: str) -> Response:
    """Show that something is kept under a link; opening it changes nothing."""
    with database().reading() as session:
        actions.take_from_link(session, library().code, secret, at=now())
    return page("selfchecks/continue.html", SavedPage("", secret))


@bp.post("/<language:lang>/selvsjekk/lagret/<secret>")
@draft
def go_on(lang: str, secret: str) -> Response:
    """Go on with what was kept under a link."""
    with database().reading() as session:
        kept = actions.take_from_link(session, library().code, secret, at=now())
    slug = str(kept[SLUG])
    working_copy.keep(name_of(slug), {VERSION: kept[VERSION], ANSWERS: kept[ANSWERS]})
    return to(lang, slug, "/resultat")


@bp.post("/<language:lang>/selvsjekk/forlat")
@draft
def leave(lang: str) -> Response:
    """Leave at once: everything that was filled in is deleted, and a page about the weather is shown."""
    working_copy.forget_quietly()
    response = page("selfchecks/left.html")
    response.headers["Refresh"] = "0; url=https://www.yr.no/"
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
