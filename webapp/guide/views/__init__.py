"""The pages of the room, one module a journey."""

from flask import Blueprint

bp = Blueprint("guide", __name__)

from webapp.guide.views import entry, handout, home, machine, text  # noqa: E402 -- they put their routes on bp

__all__ = ["bp", "entry", "handout", "home", "machine", "text"]
