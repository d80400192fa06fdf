"""The screens of the editorial office; one blueprint, for editors and those who approve."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("editorial", __name__)

from webapp.editorial.views import (  # noqa: E402 -- the views register themselves on the blueprint above
    deciding,
    feedback,
    history,
    images,
    merging,
    pages,
    part,
    preview,
    trial,
    work,
)

__all__ = [
    "bp", "deciding", "feedback", "history", "images", "merging", "pages", "part", "preview", "trial", "work",
]  # fmt: skip
