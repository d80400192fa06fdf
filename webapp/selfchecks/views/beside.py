"""Taking a result along as a file, and laying an earlier one beside a new one; nothing of either is stored."""

from __future__ import annotations

import json
from dataclasses import replace

from flask import Response, request

from webapp.content.current import base_url, library
from webapp.kernel.clock import local_day
from webapp.selfchecks import fhir, queries
from webapp.selfchecks.domain.answers import first_open
from webapp.selfchecks.domain.earlier import EarlierError
from webapp.selfchecks.domain.scoring import result
from webapp.selfchecks.fhir.earlier import MOST_BYTES, read_earlier
from webapp.selfchecks.presenters.beside import FAULTS, BesidePage
from webapp.selfchecks.presenters.result import ResultPage
from webapp.selfchecks.views import bp
from webapp.selfchecks.views.copy import answers_so_far, to
from webapp.web.access import draft
from webapp.web.i18n import language
from webapp.web.pages import page
from webapp.web.transactions import now


@bp.get("/<language:lang>/selvsjekk/<slug>/resultat.json")
@draft
def result_json(lang: str, slug: str) -> Response:
    """Give the answers as a file to keep: a FHIR QuestionnaireResponse with nobody's name."""
    check = queries.selfcheck(library(), slug)
    answers = answers_so_far(check)
    if first_open(check, answers) is not None:
        return to(lang, slug, "/resultat")
    found = fhir.response(check, answers, at=now(), language=language(), base=base_url())
    response = Response(json.dumps(found, ensure_ascii=False, indent=1), mimetype=fhir.MEDIA_TYPE)
    name = f"{slug}-{local_day(now()).isoformat()}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.post("/<language:lang>/selvsjekk/<slug>/sammenlign")
@draft
def beside(lang: str, slug: str) -> Response:
    """Lay an earlier result beside the one of now; what does not fit is said on the page of the result."""
    check, fields = queries.selfcheck(library(), slug), queries.fields_of(library(), slug)
    answers = answers_so_far(check)
    if first_open(check, answers) is not None:
        return to(lang, slug, "/resultat")
    given = request.files.get("earlier")
    try:
        earlier = read_earlier(check, given.read(MOST_BYTES + 1) if given else b"")
    except EarlierError as error:
        shown = ResultPage.of(fields, check, result(check, answers))
        return page("selfchecks/result.html", replace(shown, fault=str(FAULTS[error.fault])), status=422)
    return page("selfchecks/beside.html", BesidePage.of(fields, check, earlier, answers))
