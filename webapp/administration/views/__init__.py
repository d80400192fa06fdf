"""The administrator's pages."""

from flask import Blueprint

bp = Blueprint("administration", __name__)

# They put their routes on bp.
from webapp.administration.views import (  # noqa: E402
    changes,
    contact,
    deliveries,
    figures,
    look,
    receivers,
    retention,
    settings,
    start,
)

__all__ = ["bp", "changes", "contact", "deliveries", "figures", "look", "receivers", "retention", "settings", "start"]
