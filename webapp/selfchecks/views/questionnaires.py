"""Self-checks for other systems: FHIR R4, read only, open to all (SJ-8)."""

from __future__ import annotations

import json

from flask import Response, request

from webapp import __version__
from webapp.content.current import base_url, library
from webapp.content.reading import filled
from webapp.kernel.errors import NotFoundError
from webapp.kernel.text import plain
from webapp.selfchecks import fhir, queries
from webapp.selfchecks.views import bp
from webapp.web.access import public


def _answer(found: fhir.Json, status: int = 200) -> Response:
    response = Response(json.dumps(found, ensure_ascii=False), status, mimetype=fhir.MEDIA_TYPE)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _questionnaire(slug: str) -> fhir.Json:
    found = queries.selfcheck(library(), slug)
    return fhir.questionnaire(found, queries.fields_of(library(), slug), base=base_url(), fill=_for_others)


def _for_others(text: str, language: str) -> str:
    """Facts stand in their places, and no link leads to where only our own pages know the way."""
    return plain(filled(text, language))


@bp.get("/fhir/metadata")
@public()
def metadata() -> Response:
    """Say what can be read here."""
    newest = max((str(fields["reviewed"]) for fields in queries.all_open(library()).values()), default="2026-11-28")
    return _answer(fhir.capability(base=base_url(), date=newest, software=__version__))


@bp.get("/fhir/Questionnaire")
@public()
def questionnaires() -> Response:
    """Give all self-checks as Questionnaires."""
    return _answer(fhir.bundle([_questionnaire(slug) for slug in queries.all_open(library())], base=base_url()))


@bp.get("/fhir/Questionnaire/<slug>")
@public()
def questionnaire(slug: str) -> Response:
    """Give one self-check as a Questionnaire."""
    try:
        return _answer(_questionnaire(slug))
    except NotFoundError:
        return _answer(fhir.outcome(f"no Questionnaire {slug}", 404), 404)


@bp.after_app_request
def say_it_in_fhir(response: Response) -> Response:
    """Say every fault below `/fhir/` to a system that reads FHIR and no page: no such type, nothing to write here."""
    is_ours = f"{request.path}/".startswith("/fhir/")
    if not is_ours or response.status_code < 400 or response.mimetype != "text/html":
        return response
    said = _answer(fhir.outcome(response.status.lower(), response.status_code), response.status_code)
    for name in ("Allow", "Retry-After", "Cache-Control"):
        if name in response.headers:
            said.headers[name] = response.headers[name]
    return said
