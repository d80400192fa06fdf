"""The administrator's pages of what was counted, and of goals; and the goals that a municipality publishes."""

from flask import Blueprint

bp = Blueprint("insight", __name__)

from webapp.insight.views import comparing, figures, goal_files, goals  # noqa: E402 -- they put their routes on bp

__all__ = ["bp", "comparing", "figures", "goal_files", "goals"]
