"""Self-checks: how many answer sets a second are scored, and how long a result as PDF takes, in one process."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any

from werkzeug.test import Client
from werkzeug.wrappers import Response

from bench.identity import HOST, times
from bench.pages import row
from webapp import cli
from webapp.app import Avklart, create_app
from webapp.content import files
from webapp.selfchecks.domain.answers import Answers, walk
from webapp.selfchecks.domain.questionnaire import SelfCheck, read
from webapp.selfchecks.domain.scoring import result, score
from webapp.settings import load

CONTENT = Path(__file__).parent.parent / "content"
SETS, ROUNDS = 100_000, 3
PAPER = "fallfeller"


def vectors() -> Iterator[tuple[SelfCheck, Answers]]:
    """Answer every test vector of every self-check that has a score."""
    for key, part in sorted(files.read_tree(CONTENT).parts.items(), key=str):
        if key.kind == "selfcheck" and part.fields.get("scores"):
            check = read(key.slug, part.fields)
            yield from ((check, vector["answers"]) for vector in part.fields.get("vectors", ()))


def scores_of(check: SelfCheck, answers: Answers) -> dict[str, float | None]:
    """Answer every score of the answers that count."""
    counted = walk(check, answers).counted
    return {given.id: score(check, given, counted) for given in check.scores}


def scoring() -> None:
    """Score and judge the test vectors again and again."""
    sets = list(islice(cycle(vectors()), SETS))
    rate = max(_rate(scores_of, sets) for _ in range(ROUNDS))
    row("answer sets scored a second", f"{rate:,.0f}", ">= 100,000", holds=rate >= 100_000)
    print(f"{'  with bands, advice and red flags':<62}{_rate(result, sets):>16,.0f}")


def _rate(act: Callable[[SelfCheck, Answers], object], sets: list[tuple[SelfCheck, Answers]]) -> float:
    began = perf_counter()
    for check, answers in sets:
        act(check, answers)
    return len(sets) / (perf_counter() - began)


def _answered(site: Avklart, check: SelfCheck, fields: dict[str, Any]) -> Client:
    browser, path = Client(site.front, Response), f"/nb/selvsjekk/{check.slug}/sporsmal"
    for number in range(1, len(fields["questions"]) + 1):
        page = browser.get(f"{path}/{number}", base_url=HOST).get_data(as_text=True)
        token = re.search(r'name="draft_token" value="([^"]+)"', page)
        data = {"answer": "no", "draft_token": token.group(1) if token else ""}
        answer = browser.post(f"{path}/{number}", base_url=HOST, data=data, headers={"Origin": HOST})
        assert answer.status_code == 303, answer.status_code
        if answer.headers["Location"].endswith("/resultat"):
            break
    return browser


def paper() -> None:
    """Ask for a result as PDF, as a browser does, when the site is warm."""
    with tempfile.TemporaryDirectory(prefix="avklart-bench-") as folder:
        settings = load({"AVKLART_DATA": folder, "AVKLART_CONTENT": str(CONTENT)})
        cli.prepare(settings)
        site = create_app(settings)
        parts = files.read_tree(CONTENT).parts
        fields = next(dict(part.fields) for key, part in parts.items() if key[1:3] == ("selfcheck", PAPER))
        browser = _answered(site, read(PAPER, fields), fields)

        def ask() -> None:
            answer = browser.get(f"/nb/selvsjekk/{PAPER}/resultat.pdf", base_url=HOST)
            assert answer.mimetype == "application/pdf", answer.status_code

        taken = times(ask)
        site.database.close()
    row("a result as PDF, warm", f"{taken:.0f} ms", "< 150 ms", holds=taken < 150)


def main() -> None:
    """Print the table."""
    scoring()
    paper()


if __name__ == "__main__":
    main()
