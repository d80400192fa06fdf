"""The administrator's pages."""

from flask import Blueprint

bp = Blueprint("administration", __name__)

from webapp.administration.views import deliveries, figures  # noqa: E402 -- they put their routes on bp

__all__ = ["bp", "deliveries", "figures"]
