"""The file of receivers as tests write it: secrets and tokens in files beside it."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

NEW, OLD = b"the newest secret of them all!!!", b"an older secret that still signs"
TOKEN = "kanarifugl.token"


def write_file(folder: Path, content: object) -> Path:
    """Write the file of receivers with two secrets and a token beside it; answer its path."""
    folder.mkdir(exist_ok=True)
    (folder / "new.secret").write_text(f"whsec_{b64encode(NEW).decode()}\n", "utf-8")
    (folder / "old.secret").write_text(b64encode(OLD).decode(), "utf-8")
    (folder / "fhir.token").write_text(f"{TOKEN}\n", "utf-8")
    path = folder / "receivers.json"
    path.write_text(json.dumps(content), "utf-8")
    return path


def webhook_at(url: str, **more: Any) -> dict[str, Any]:
    """Answer how the file names a webhook on this machine."""
    return {"url": url, "secrets": ["new.secret", "old.secret"], "allow_private": True, **more}


def fhir_at(url: str, **more: Any) -> dict[str, Any]:
    """Answer how the file names a FHIR base on this machine."""
    return {"url": url, "token_file": "fhir.token", "allow_private": True, **more}
