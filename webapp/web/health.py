"""What the operator's tools ask: does the process live, can it serve."""

from __future__ import annotations

from flask import Blueprint, Response

from webapp.kernel.errors import StartError
from webapp.web.access import operator
from webapp.web.tenancy import directory

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@operator
def lives() -> Response:
    """Answer that the process lives."""
    return Response("lives\n", mimetype="text/plain")


@bp.get("/readyz")
@operator
def ready() -> Response:
    """Answer whether database and content can be read."""
    try:
        directory().freshen()
    except StartError as error:
        return Response(f"not ready: {error}\n", status=503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")
