"""The pages of the room, one module a journey."""

from flask import Blueprint

bp = Blueprint("services", __name__)

from webapp.services.views import aids, open_data, service, task  # noqa: E402 -- they put their routes on bp

__all__ = ["aids", "bp", "open_data", "service", "task"]
