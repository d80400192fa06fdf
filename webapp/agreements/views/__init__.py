"""The pages of an agreement, a file a sitting."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("agreements", __name__)

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
