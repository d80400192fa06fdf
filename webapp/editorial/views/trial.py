"""A self-check before it is published: the test run of its examples, and trying it out, of which nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, g, request

from webapp.content.current import library
from webapp.editorial.current import library_with, page_address, place
from webapp.editorial.domain.places import Place
from webapp.editorial.presenters.common import part_name, title_of
from webapp.editorial.presenters.part import Tab, faults_by_name
from webapp.editorial.presenters.preview import MissingPage
from webapp.editorial.presenters.trial import TryPage, trial_page
from webapp.editorial.queries import drafts, plans
from webapp.editorial.views import bp
from webapp.editorial.views.part import ONE
from webapp.kernel.errors import NotFoundError
from webapp.kernel.language import localised
from webapp.kernel.permission import Permission
from webapp.selfchecks.domain.answers import SKIPPED, AnswerFault, path, take, valid
from webapp.selfchecks.domain.questionnaire import SelfCheck, read
from webapp.selfchecks.domain.scoring import result
from webapp.selfchecks.presenters.pages import QuestionPage
from webapp.selfchecks.presenters.result import ResultPage
from webapp.web.access import allows, caller
from webapp.web.i18n import speaking
from webapp.web.pages import page
from webapp.web.transactions import db, reading

_TRIAL = f"{ONE}/prov"
_ANSWER = "svar."
"""Begins the names of the fields that carry what was answered before."""


def _missing(where: Place, said: list[str]) -> Response:
    return page("editorial/not_yet.html", MissingPage(title_of(where), said, ""))


def _found(where: Place) -> tuple[Mapping[str, Any], bool, list[str]]:
    """Answer the self-check with its draft in its place, whether there is one, and what keeps it from being read."""
    if where.kind != "selfcheck":
        raise NotFoundError
    row = drafts.draft(db(), where)
    reader, said = library(), list[str]()
    if row is not None:
        parts, gone, missing = plans.shown(db(), row, caller().municipality)
        said = [words for several in faults_by_name(missing).values() for words in several]
        reader = library_with(parts, gone)
    found = reader.selfcheck(where.slug)
    if found is None and row is None:
        raise NotFoundError
    g.tenant = reader
    return found or {}, row is not None, said


@bp.get(_TRIAL)
@allows(Permission.SEE_DRAFTS)
@reading
def trial(whose: str, sort: str, slug: str) -> Response:
    """Show for each example of a self-check what it must come to, and what the draft says of it."""
    where = place(whose, sort, slug)
    fields, is_draft, missing = _found(where)
    if missing:
        return _missing(where, missing)
    return page("editorial/trial.html", trial_page(where, read(slug, fields), fields, is_draft=is_draft))


@bp.get(f"{_TRIAL}/<language:lang>")
@allows(Permission.SEE_DRAFTS)
@reading
def try_out(whose: str, sort: str, slug: str, lang: str) -> Response:
    """Begin to try a self-check out, as readers will meet it in a language."""
    return _step(place(whose, sort, slug), lang, {})


@bp.post(f"{_TRIAL}/<language:lang>")
@allows(Permission.SEE_DRAFTS)
@reading
def try_out_post(whose: str, sort: str, slug: str, lang: str) -> Response:
    """Go a question on or back; what was answered goes with the form, and is kept nowhere."""
    given = {
        name.removeprefix(_ANSWER): value for name, value in request.form.items() if name.startswith(_ANSWER)
    }  # fmt: skip
    return _step(place(whose, sort, slug), lang, given, at=request.form.get("steg", ""))


def _step(where: Place, lang: str, given: dict[str, str], *, at: str = "") -> Response:
    fields, _is_draft, missing = _found(where)
    if missing:
        return _missing(where, missing)
    check = read(where.slug, fields)
    answers, fault = valid(check, given), None
    if request.form.get("handling") == "tilbake":
        answers = dict(list(answers.items())[:-1])
    elif at:
        answers, fault = _taken(check, answers, at)
    with speaking(lang):
        shown = _try_page(where, lang, fields, check, answers, fault)
    return page("editorial/try_out.html", shown, status=422 if fault else 200)


def _taken(check: SelfCheck, answers: dict[str, str], at: str) -> tuple[dict[str, str], AnswerFault | None]:
    """Answer the answers with one more, where it fits the question that it was given to."""
    step = next((one for one in path(check, answers) if one.id == at), None)
    if step is None:
        return answers, None
    kept, fault = take(step.question, request.form.getlist("answer"))
    return (answers, fault) if fault else (answers | {step.id: kept or SKIPPED}, None)


def _try_page(
    where: Place, lang: str, fields: Mapping[str, Any], check: SelfCheck, answers: dict[str, str],
    fault: AnswerFault | None,
) -> TryPage:  # fmt: skip
    number = next((n for n, step in enumerate(path(check, answers), start=1) if step.id not in answers), None)
    address = f"{page_address(where)}/prov"
    return TryPage(
        title=localised(fields["title"], lang),
        back=address,
        action=f"{address}/{lang}",
        language=lang,
        tabs=tuple(Tab(part_name(code), f"{address}/{code}", code == lang) for code in library().languages),
        given=tuple((f"{_ANSWER}{name}", value) for name, value in answers.items()),
        step=path(check, answers)[number - 1].id if number else "",
        question=QuestionPage.of(fields, check, answers, number, fault=fault) if number else None,
        result=None if number else ResultPage.of(fields, check, result(check, answers)),
    )
