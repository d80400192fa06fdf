from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp.kernel.errors import StartError
from webapp.web import assets


@pytest.fixture
def nothing_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A copy of the product in which the assets are not built."""
    monkeypatch.setattr(assets, "DIST", tmp_path)
    assets.manifest.cache_clear()
    yield
    assets.manifest.cache_clear()


@pytest.mark.usefixtures("nothing_built")
def test_without_built_assets_the_start_says_what_to_run() -> None:
    with pytest.raises(StartError, match="make assets"):
        assets.load()


def test_the_name_of_an_asset_changes_with_what_is_in_it() -> None:
    assert {"floor.css", "app.css", "app.js"} <= set(assets.manifest())
    for name, built in assets.manifest().items():
        body = (assets.DIST / built).read_bytes()
        stem, _, ending = name.rpartition(".")
        assert built == f"{stem}-{hashlib.sha256(body).hexdigest()[:12]}.{ending}"
        assert assets.asset(name) == f"/static/{built}"


def test_styles_and_scripts_load_nothing_from_elsewhere() -> None:
    for address, asset in assets.load().items():
        if asset.media_type.startswith("image/"):
            continue
        text = asset.bodies[""].decode()
        for found in re.findall(r"url\(([^)]*)\)", text):
            assert found.strip("'\"").startswith(("data:", "#")), f"{address} loads {found}"
        assert "@import" not in text
        assert not re.search(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", text)
