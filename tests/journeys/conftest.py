"""The real server, started as `make run` starts it, and a real browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, ViewportSize, sync_playwright

from tests.factories.people import QUICK
from tests.journeys.pages import Kind
from webapp.app import Avklart, create_app
from webapp.municipalities import models as _models  # noqa: F401 -- the table that invitations refer to
from webapp.settings import load

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 60
STOP_SECONDS = 30
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
NO_WORKER = "delete Navigator.prototype.serviceWorker;"
"""As in a private window of some browsers: what a page asks for goes over the wire, and a test sees it."""
UNTRANSLATED = "fastlege"
"""The entry that the tests' content has in bokmål only."""


@dataclass(frozen=True, slots=True)
class Site:
    """The running server, and the folders of its data and its content."""

    port: int
    data: Path
    content: Path

    def environ(self) -> dict[str, str]:
        """Answer the settings that the server is started with."""
        return {
            "AVKLART_PORT": str(self.port),
            "AVKLART_DATA": str(self.data),
            "AVKLART_BASE_URL": f"http://127.0.0.1:{self.port}",
            "AVKLART_CONTENT": str(self.content),
        }

    def url(self, address: str) -> str:
        """Answer the whole address of a host and path."""
        host, _, path = address.partition("/")
        return f"http://{host}:{self.port}/{path}"

    def page(self, kind: Kind, language: str) -> str:
        """Answer the whole address of a kind of page."""
        return self.url(kind.address(language))

    def fetch(self, path: str, host: str = "", **headers: str) -> bytes:
        """Fetch without a browser, as the bytes that go over the wire."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(f"http://127.0.0.1:{self.port}{path}", headers={**named, **({"Host": host} if host else {})})
        try:
            with urlopen(request, timeout=20) as answer:
                return bytes(answer.read())
        except HTTPError as refused:
            with refused:
                return refused.read()

    def is_ready(self) -> bool:
        """Tell whether the server says that it is ready."""
        with suppress(URLError, ConnectionError):
            return self.fetch("/readyz") == b"ready\n"
        return False


def _content(folder: Path) -> Path:
    """The project's content, with one entry in bokmål only and one course a long time ahead."""
    shutil.copytree(ROOT / "content", folder)
    for language in ("nn", "en"):
        (folder / "shared" / "entries" / UNTRANSLATED / f"{language}.md").unlink(missing_ok=True)
    course = folder / "municipalities" / "fjordvik" / "offers" / "parorendeskole-demens" / "common.yaml"
    course.write_text(re.sub(r"day: '\d{4}", "day: '2126", course.read_text("utf-8")), "utf-8")
    return folder


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server with the demonstration's data; it must start, and stop cleanly when it is told to."""
    folder = tmp_path_factory.mktemp("run")
    found = Site(_free_port(), folder / "data", _content(folder / "content"))
    log = folder / "log"
    with log.open("wb") as out:
        command = [str(ROOT / ".venv" / "bin" / "avklart"), "run"]
        environ = {**os.environ, **found.environ()}
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=out, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not found.is_ready():
            assert process.poll() is None, f"the server ended at once:\n{log.read_text()}"
            assert time.monotonic() < deadline, f"the server is not ready:\n{log.read_text()}"
            Event().wait(0.05)
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=STOP_SECONDS)
    said = log.read_text()
    assert code == 0, f"the server ended with {code}:\n{said[-2000:]}"
    assert said.rstrip().endswith("stopped"), said[-2000:]
    assert '"level": "error"' not in said, said[-2000:]


@pytest.fixture(scope="package")
def backstage(site: Site) -> Iterator[Avklart]:
    """The project's own code at the running server's data: for accounts and invitations that a test begins with."""
    found = create_app(load(site.environ()), hasher=QUICK)
    yield found
    found.database.close()


def chromium_path() -> str:
    """Answer where the Chromium of this machine is."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "there is no Chromium: run tools/prepare_tests"
    return path


def launch(kind: BrowserType, **options: Any) -> Browser:
    """Start the Chromium of this machine."""
    return kind.launch(executable_path=chromium_path(), args=list(FLAGS), **options)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for all journeys."""
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        yield browser
        browser.close()


def context_of(
    chromium: Browser,
    *,
    width: int = 360,
    height: int = 740,
    locale: str = "nb-NO",
    has_worker: bool = False,
    **options: Any,
) -> BrowserContext:
    """Open the browser as somebody new; without a service worker unless told."""
    context = chromium.new_context(viewport=ViewportSize(width=width, height=height), locale=locale, **options)
    if not has_worker:
        context.add_init_script(NO_WORKER)
    context.set_default_timeout(10_000)
    return context


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open the browser as somebody new: `visit(width=360, has_worker=True)`; without a service worker unless told."""
    contexts: list[BrowserContext] = []

    def someone(**options: Any) -> Page:
        contexts.append(context_of(chromium, **options))
        return contexts[-1].new_page()

    yield someone
    for context in contexts:
        context.close()
