"""The service worker and the manifest, as the server makes them."""

from __future__ import annotations

import json
import re

from tests.factories.site import DALSBYGD, ask
from tests.page import Client
from webapp.app import Avklart
from webapp.web import assets


def facts_of(text: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(text.removeprefix("const SITE = ").partition(";\n")[0])
    return found


def test_the_worker_knows_the_release_and_every_file_it_needs(standing: Avklart) -> None:
    answer = ask(standing.front, "/sw.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    facts = facts_of(answer.text)
    assert set(facts["assets"]) == set(assets.manifest())  # type: ignore[call-overload]
    files = facts["files"]
    assert isinstance(files, list)
    assert all(ask(standing.front, path).status == 200 for path in files)
    assert not any(re.search(r"/(?:sw|passkey)-", path) for path in files)


def test_another_municipality_has_its_own_languages_and_colours(standing: Avklart) -> None:
    facts = facts_of(ask(standing.front, "/sw.js", host=DALSBYGD).text)
    assert set(facts["words"]) == set(facts["languages"])  # type: ignore[call-overload]
    assert "Du har ikkje nett no" in facts["words"]["nn"]  # type: ignore[index]


def test_the_manifest_starts_where_there_is_a_page_without_net(client: Client) -> None:
    answer = client.raw("/manifest.webmanifest")
    facts = json.loads(answer.get_data(as_text=True))
    assert facts["start_url"] == "/nb/"
    assert facts["display"] in {"standalone", "minimal-ui"}
    for icon in facts["icons"]:
        assert client.raw(icon["src"]).content_type == "image/png"
