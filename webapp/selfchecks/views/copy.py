"""The working copy of a self-check in the request: what was answered so far, and the way to one of its pages."""

from __future__ import annotations

from flask import Response, make_response, redirect

from webapp.selfchecks.actions import ANSWERS, TOLD, VERSION
from webapp.selfchecks.domain.questionnaire import SelfCheck
from webapp.web import working_copy


def name_of(slug: str) -> str:
    """Answer what a self-check is kept under in the working copy."""
    return f"selfcheck:{slug}"


def answers_so_far(check: SelfCheck) -> dict[str, str]:
    """Answer what was answered so far; nothing where it was answered to another version."""
    kept = working_copy.part(name_of(check.slug))
    return dict(kept.get(ANSWERS, {})) if kept.get(VERSION) == check.version else {}


def is_told(slug: str) -> bool:
    """Tell whether a result has been come to already."""
    return bool(working_copy.part(name_of(slug)).get(TOLD))


def to(lang: str, slug: str, where: str) -> Response:
    """Lead to a page of a self-check."""
    return make_response(redirect(f"/{lang}/selvsjekk/{slug}{where}", 303))
