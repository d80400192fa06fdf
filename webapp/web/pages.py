"""A view's answer: the whole page, or the part of it that an htmx request asked for, from the same template."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template
from flask_htmx import HTMX
from jinja2_fragments.flask import render_block

htmx = HTMX()


def wants_fragment() -> bool:
    """Tell whether the request asks for a part of a page; a history restore asks for the whole."""
    return bool(htmx) and not htmx.history_restore_request


def page(template: str, view_model: Any = None, *, form: Any = None, fragment: str = "", status: int = 200) -> Response:
    """Render a page with its view model and form, or only its named block where a fragment is asked for."""
    if fragment and wants_fragment():
        return make_response(render_block(template, fragment, page=view_model, form=form), status)
    return make_response(render_template(template, page=view_model, form=form), status)


def without_traces(response: Response, *, is_sensitive: bool = True) -> Response:
    """Keep a public page that is to be left quickly out of every browser's own store."""
    if is_sensitive:
        response.headers["Cache-Control"] = "no-store"
    return response
