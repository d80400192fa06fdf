"""Takes the two pictures of the README: the front page and an answer, as on a phone.

.venv/bin/python tools/screenshots.py
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from bench.server import avklart

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
PICTURES = {"home": "/nb/", "answer": "/nb/hvem-gjor-hva?q=sn%C3%B8"}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]


def main() -> None:
    """Start Avklart, and take the pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with avklart() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 360, "height": 740}, locale="nb-NO")
        for name, path in PICTURES.items():
            page.goto(f"http://127.0.0.1:{server.port}{path}")
            page.screenshot(path=IMAGES / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
