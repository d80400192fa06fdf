"""What the public page is measured against: a bare Flask page, and a callable that returns the same bytes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, render_template_string

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

flask_page = Flask("bare")
_TEMPLATE = """<!doctype html><html lang="nb"><title>{{ title }}</title><h1>{{ title }}</h1>
<ul>{% for item in items %}<li><a href="/{{ item }}">{{ item }}</a></li>{% endfor %}</ul></html>"""


@flask_page.get("/<path:_path>")
def bare(_path: str) -> str:
    """Render one small Jinja template."""
    return render_template_string(_TEMPLATE, title="Bare", items=range(40))


_BODY = Path(os.environ.get("BENCH_BODY", os.devnull)).read_bytes()
_HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(_BODY)))]


def same_bytes(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Return the bytes of the public page, and do nothing else."""
    start_response("200 OK", _HEADERS)
    return [_BODY]
