"""The pages of an agreement, a file a sitting."""

from __future__ import annotations

from flask import Blueprint, Response, request

from webapp.content.current import library
from webapp.web.pages import page

bp = Blueprint("agreements", __name__)
BEGINNINGS = frozenset({"about", "example", "start", "start_post", "blank"})
"""The views by which an agreement is begun; what was begun is read, answered and signed also where these are closed."""


@bp.before_request
def refuse_where_closed() -> Response | None:
    """Say whom to ring where the municipality begins no agreements here."""
    is_beginning = (request.endpoint or "").removeprefix("agreements.") in BEGINNINGS
    return page("agreements/closed.html", status=404) if is_beginning and not library().takes_agreements else None


from webapp.agreements.views import (  # noqa: E402 -- the views register themselves on the blueprint above
    answering,
    changing,
    comparing,
    consents,
    living,
    meeting,
    overview,
    own_words,
    paper,
    people,
    sections,
    settling,
    signing,
    starting,
    tasks,
    verifying,
)

__all__ = [
    "answering", "bp", "changing", "comparing", "consents", "living", "meeting", "overview", "own_words", "paper",
    "people", "sections", "settling", "signing", "starting", "tasks", "verifying",
]  # fmt: skip
