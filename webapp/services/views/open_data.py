"""Open data: services and tasks as JSON, with their schema."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from webapp.services.documents import schema, services_data, tasks_data
from webapp.services.views import bp
from webapp.web.access import public


def _open(data: dict[str, Any]) -> Response:
    response = jsonify(data)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@bp.get("/api/tjenester.json")
@public()
def services_json() -> Response:
    """Give all services (TJ-7)."""
    return _open(services_data())


@bp.get("/api/oppgaver.json")
@public()
def tasks_json() -> Response:
    """Give all tasks (TJ-7)."""
    return _open(tasks_data())


@bp.get("/api/openapi.json")
@public()
def openapi() -> Response:
    """Give the schema of the open data (TJ-7)."""
    return _open(schema())
