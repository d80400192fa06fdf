"""How well the search answers everyday questions: `python -m bench.search_quality` (ABC-4).

The questions stand in `search_queries.tsv`; a third of them is held out: measured, never tuned against.
MRR is the mean of 1/rank of the first page that counts as an answer (0 where none of the first twenty does).
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from webapp.content.domain.library import Library, Shelf
from webapp.content.files import read_tree
from webapp.search import queries

HERE = Path(__file__).parent
CONTENT = HERE.parent / "content"
MUNICIPALITY = "fjordvik"
BEGINNING = "beginning"
"""The kind of query that is half written: the suggestions answer it, not the results page."""
TOP = 3
WORST = 10


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the query set."""

    language: str
    query: str
    expected: frozenset[str]
    what: str
    is_held_out: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What the search answered to a question."""

    question: Question
    found: tuple[str, ...]

    @property
    def rank(self) -> int:
        """The place of the first page that counts, from 1; 0 where none was found."""
        places = (place for place, page in enumerate(self.found, start=1) if page in self.question.expected)
        return next(places, 0)

    @property
    def reciprocal(self) -> float:
        """What this answer adds to the mean reciprocal rank."""
        return 1 / self.rank if self.rank else 0.0


def read_questions(path: Path = HERE / "search_queries.tsv") -> list[Question]:
    """Read the query set."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Question(
                row["language"],
                row["query"],
                frozenset(row["expected"].split("|")),
                row["what"],
                row["held_out"] == "yes",
            )
            for row in rows
        ]


def read_library() -> Library:
    """Build what the readers of the example municipality see, straight from the content files."""
    parts = {key: part.fields for key, part in read_tree(CONTENT).parts.items()}
    return Shelf(parts, {MUNICIPALITY: 1}, 1).library(MUNICIPALITY)


def ask(library: Library, question: Question) -> Answer:
    """Ask one question as a reader would."""
    find = queries.suggest if question.what == BEGINNING else queries.search
    hits = find(library, question.query, question.language)
    return Answer(question, tuple(f"{hit.document.kind}/{hit.document.slug}" for hit in hits))


def _line(name: str, answers: Iterable[Answer]) -> str:
    cells = []
    by_set: dict[bool, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_set[answer.question.is_held_out].append(answer)
    for chosen in (by_set[False], by_set[True], by_set[False] + by_set[True]):
        if chosen:
            top = fmean(1 <= answer.rank <= TOP for answer in chosen)
            cells.append(f"{len(chosen):4}  {fmean(answer.reciprocal for answer in chosen):.3f}  {top:6.1%}")
        else:
            cells.append(f"{0:4}      –       –")
    return f"{name:12} | " + " | ".join(cells)


def report(answers: list[Answer], *, worst: int = WORST) -> str:
    """Answer the table: a line a kind of query and one for all, and the queries that went worst."""
    by_what: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_what[answer.question.what].append(answer)
    heads = " | ".join(f"{name:>4}    MRR   top {TOP}" for name in ("tuned", "held", "all"))
    lines = [f"{'':12} |{heads}", *(_line(what, found) for what, found in by_what.items()), _line("all", answers)]
    lines += ["", "worst:"]
    for answer in sorted(answers, key=lambda answer: answer.reciprocal)[:worst]:
        question = answer.question
        held = "held out" if question.is_held_out else "tuned"
        found = ", ".join(answer.found[:TOP]) or "nothing"
        lines.append(
            f"  rank {answer.rank:2} ({held}, {question.what}, {question.language}) {question.query!r}: {found}"
        )
    return "\n".join(lines)


def main() -> None:
    """Print how well the search answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worst", type=int, default=WORST, help="how many of the worst queries to show")
    arguments = parser.parse_args()
    library = read_library()
    print(report([ask(library, question) for question in read_questions()], worst=arguments.worst))


if __name__ == "__main__":
    main()
