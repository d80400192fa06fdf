"""The screens of the editorial office; one blueprint, for editors."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("editorial", __name__)

from webapp.editorial.views import images  # noqa: E402 -- the views register themselves on the blueprint above

__all__ = ["bp", "images"]
