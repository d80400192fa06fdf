"""What the operator's tools ask: does the process live, can it serve."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from webapp.kernel.errors import StartError
from webapp.storage.session import is_writable
from webapp.web.access import operator
from webapp.web.tenancy import directory
from webapp.web.transactions import database

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@operator
def lives() -> Response:
    """Answer that the process lives."""
    return Response("lives\n", mimetype="text/plain")


@bp.get("/readyz")
@operator
def ready() -> Response:
    """Answer whether content can be read, and the database read and written."""
    try:
        directory().freshen()
    except StartError as error:
        return _not_ready(str(error))
    try:
        if not is_writable(database()):
            return _not_ready("the database takes no changes")
    except (StartError, SQLAlchemyError):
        return _not_ready("the database cannot be reached")
    return Response("ready\n", mimetype="text/plain")


def _not_ready(why: str) -> Response:
    return Response(f"not ready: {why}\n", status=503, mimetype="text/plain")
