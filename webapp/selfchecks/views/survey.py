"""Sending the answers to a survey: no session is looked at, and nothing that is stored says who it was."""

from __future__ import annotations

import re

from flask import Response, request
from sqlalchemy.exc import IntegrityError

from webapp.content.current import library
from webapp.kernel.errors import NotFoundError
from webapp.selfchecks import actions, queries
from webapp.selfchecks.domain.answers import first_open
from webapp.selfchecks.domain.questionnaire import SelfCheck
from webapp.selfchecks.views import bp
from webapp.selfchecks.views.copy import answers_so_far, name_of, to
from webapp.web import working_copy
from webapp.web.access import draft
from webapp.web.pages import page
from webapp.web.throttle import Limit, network, throttle
from webapp.web.transactions import database, now

SURVEYS = Limit("surveys from a network", 20)
_KEY = re.compile("[0-9a-f]{32}")


@bp.post("/<language:lang>/selvsjekk/<slug>/send")
@draft
def send_survey(lang: str, slug: str) -> Response:
    """Store the answers without a name, and forget the working copy with the same stroke."""
    check, key = _survey(slug), request.form.get("key", "")
    answers = answers_so_far(check)
    if not answers:
        return to(lang, slug, "/takk")  # pressed twice
    if first_open(check, answers) is not None or not _KEY.fullmatch(key):
        return to(lang, slug, "/resultat")
    try:
        with database().writing() as session:
            throttle().hit_within(session, SURVEYS, library().code, network())
            actions.answer_survey(session, library().code, check, answers, key, at=now())
            working_copy.keep_in(session, name_of(slug), {})
    except IntegrityError:
        pass  # pressed twice, and the other press was first
    return to(lang, slug, "/takk")


@bp.get("/<language:lang>/selvsjekk/<slug>/takk")
@draft
def thanks(lang: str, slug: str) -> Response:
    """Say thanks, and that nobody can be answered here."""
    _survey(slug)
    return page("selfchecks/thanks.html")


def _survey(slug: str) -> SelfCheck:
    if not queries.fields_of(library(), slug).get(queries.SURVEY):
        raise NotFoundError
    return queries.selfcheck(library(), slug)
