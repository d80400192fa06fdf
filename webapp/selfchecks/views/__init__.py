"""The pages of the room, one module a journey."""

from flask import Blueprint

bp = Blueprint("selfchecks", __name__)

from webapp.selfchecks.views import beside, check, questionnaires, survey  # noqa: E402 -- they put their routes on bp

__all__ = ["beside", "bp", "check", "questionnaires", "survey"]
