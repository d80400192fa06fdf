"""Services and tasks as open data (TJ-7), with the schema that describes them."""

from __future__ import annotations

from typing import Any

from webapp import __version__
from webapp.content import reading
from webapp.content.current import base_url, library
from webapp.content.domain.addresses import address
from webapp.content.domain.library import Page
from webapp.content.domain.page_kinds import FULL_SERVICE
from webapp.kernel.language import LANGUAGES
from webapp.web.markdown import render


def _texts(kind: str, slug: str, names: tuple[str, ...]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for code in LANGUAGES:
        page = library().page(kind, slug, code)
        if page and page.language == code:
            texts = {name: reading.filled(str(page.fields[name]), code) for name in names if page.get(name)}
            found[code] = {"title": page.title, **{name: render(text).striptags() for name, text in texts.items()}}
    return found


def _common(page: Page) -> dict[str, Any]:
    return {
        "id": page.slug,
        "url": base_url() + address(page.kind, page.slug, library().languages[0]),
        "sources": page.listed("sources"),
    }


def services_data() -> dict[str, Any]:
    """Answer every service with its standard fields, in every language it is written in."""
    pages = library().pages("service", library().languages[0])
    return {
        "municipality": {"name": library().municipality.name, "number": library().municipality.facts["number"]},
        "version": library().version,
        "services": [
            {
                **_common(page),
                "steps": page.listed("steps"),
                "group_offer": bool(page.get("group_offer")),
                "prevention": page.listed("prevention"),
                "needs_decision": bool(page.get("needs_decision")),
                "payment": page.get("payment") or None,
                "signpost": bool(page.get("signpost")),
                "reviewed": page.get("reviewed"),
                "texts": _texts("service", page.slug, ("short", *FULL_SERVICE)),
            }
            for page in pages
        ],
    }


def tasks_data() -> dict[str, Any]:
    """Answer every task with the municipality's stance, in every language it is written in."""
    pages = library().pages("task", library().languages[0])
    return {
        "municipality": {"name": library().municipality.name, "number": library().municipality.facts["number"]},
        "version": library().version,
        "tasks": [
            {
                **_common(page),
                "number": page.fields["number"],
                "area": page.fields["area"],
                "critical": bool(page.get("critical")),
                "stance": page.fields["stance"],
                "needs_decision": bool(page.get("needs_decision")),
                "others": page.listed("others"),
                "services": page.listed("services"),
                "texts": _texts("task", page.slug, ("why", "exception", "instead", "tip")),
            }
            for page in pages
        ],
    }


_TEXT = {"type": "string"}
_DAY = {"type": "string", "format": "date"}
_TEXTS = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _TEXT}}
_MUNICIPALITY = {"type": "object", "required": ["name", "number"], "properties": {"name": _TEXT, "number": _TEXT}}
_SOURCES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": _TEXT,
            "paragraph": _TEXT,
            "url": _TEXT,
            "checked": _DAY,
        },
    },
}


def _list_of(name: str, required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    shared = {"id": _TEXT, "url": _TEXT, "sources": _SOURCES, "texts": _TEXTS}
    item = {"type": "object", "required": ["id", "url", "texts", *required], "properties": {**shared, **properties}}
    return {
        "type": "object",
        "required": ["municipality", "version", name],
        "properties": {
            "municipality": _MUNICIPALITY,
            "version": {"type": "integer"},
            name: {"type": "array", "items": item},
        },
    }


def schema() -> dict[str, Any]:
    """Answer the OpenAPI description of the open data."""
    strings = {"type": "array", "items": _TEXT}
    flag = {"type": "boolean"}
    services = _list_of(
        "services",
        ["steps", "needs_decision", "signpost"],
        {
            "steps": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 6}},
            "group_offer": flag,
            "prevention": strings,
            "needs_decision": flag,
            "payment": {"type": ["string", "null"]},
            "signpost": flag,
            "reviewed": _DAY,
        },
    )
    tasks = _list_of(
        "tasks",
        ["number", "area", "stance", "needs_decision", "others", "services"],
        {
            "number": _TEXT,
            "area": _TEXT,
            "critical": flag,
            "stance": {"enum": ["normally", "sometimes", "not_normally"]},
            "needs_decision": flag,
            "others": strings,
            "services": strings,
        },
    )

    def path(summary: str, name: str) -> dict[str, Any]:
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        return {"get": {"summary": summary, "responses": {"200": {"description": summary, "content": content}}}}

    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Avklart – {library().municipality.name}",
            "version": __version__,
            "description": "Service descriptions and everyday tasks as open data.",
        },
        "servers": [{"url": base_url()}],
        "paths": {
            "/api/tjenester.json": path("All services", "Services"),
            "/api/oppgaver.json": path("All tasks and who does them", "Tasks"),
        },
        "components": {"schemas": {"Services": services, "Tasks": tasks}},
    }
