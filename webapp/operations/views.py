"""`/metrics`: for the operator's own tools on this machine, or for who has the token; closed to everybody else."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden

from webapp.kernel.errors import StartError
from webapp.operations import presenters, queries
from webapp.web.access import operator
from webapp.web.measuring import living, measured
from webapp.web.tenancy import settings
from webapp.web.transactions import database, now

bp = Blueprint("operations", __name__)


@bp.get("/metrics")
@operator
def metrics() -> Response:
    """Answer what is measured, summed over the web processes of this host."""
    if not _is_the_operator():
        raise Forbidden
    try:
        found = queries.gauges(database())
    except (SQLAlchemyError, StartError):
        found = None
    data = settings().data
    text = presenters.as_text(measured(data), living(data), found, now())
    return Response(text, content_type=presenters.MEDIA_TYPE)


def _is_the_operator() -> bool:
    """Tell whether the token was given, or it is asked on this machine and by no proxy for somebody else."""
    token = settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if token and hmac.compare_digest(given, token):
        return True
    asked_for_others = {"X-Forwarded-For", "Forwarded", "X-Real-Ip"} & {name.title() for name, _ in request.headers}
    try:
        return not asked_for_others and ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
