"""The template environment: components as one `ui` namespace, filters, and nothing undefined."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request
from jinja2 import BytecodeCache, StrictUndefined
from jinja2.bccache import Bucket

from webapp.kernel.text import unbroken
from webapp.web import i18n, working_copy
from webapp.web.access import caller_or_none
from webapp.web.assets import asset
from webapp.web.forms import parked_notice, token_of_page
from webapp.web.markdown import render_qr


class _Compiled(BytecodeCache):
    """What templates were compiled to, for all applications of a process: each is compiled once."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what a template of this very text was compiled to."""
        kept = self._kept.get((bucket.key, bucket.checksum))
        if kept is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to."""
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_compiled = _Compiled()
qr_on_paper = lru_cache(maxsize=256)(render_qr)
"""The picture of a page's own address, drawn once: only for addresses that are no secret."""


def install(app: Flask) -> None:
    """Give templates their components, filters and words."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.bytecode_cache = _compiled
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.filters.update(
        date=i18n.write_date,
        tel=i18n.telephone_href,
        sentence_list=i18n.write_list,
        unbroken=unbroken,
    )
    environment.globals.update(form_token=token_of_page, draft_token_value=working_copy.token, here=here)
    environment.globals.update(asset=asset, language=i18n.language, language_words=i18n.LANGUAGE_WORDS, qr=render_qr)
    environment.globals["qr_on_paper"] = qr_on_paper
    environment.globals["ui"] = _components(app)

    @app.context_processor
    def private() -> dict[str, Any]:
        """Give private pages who has come in, and whether they show what was typed before a session ended."""
        return {"who": caller_or_none(), "kept_notice": parked_notice()}


def here(*, path: str = "", **changes: str) -> str:
    """Answer the address of this page, or of another with this one's parameters, for a form to be sent to."""
    kept = {name: value for name in ("neste", "sprak", "nivaa", "hos", "igjen") if (value := request.args.get(name))}
    query = urlencode({**kept, **changes})
    return f"{path or request.path}?{query}" if query else path or request.path


def _components(app: Flask) -> Any:
    """Load every macro in templates/components as one namespace: `ui.button(...)`, also inside fragments."""
    environment = app.jinja_env
    names = sorted(name for name in environment.list_templates() if name.startswith("components/"))
    found = {}
    ui = SimpleNamespace()
    environment.globals["ui"] = ui
    for name in names:
        macro = name.removeprefix("components/").removesuffix(".html")
        found[macro] = getattr(environment.get_template(name).module, macro)
    for macro, function in found.items():
        setattr(ui, macro, function)
    return ui
