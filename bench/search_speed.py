"""How fast the search is: `python -m bench.search_speed` (one search, one suggestion, and making the index).

First on the real content, then on many pages made by recombining real texts: as a region of municipalities
with much content of their own would have. Every query of `search_queries.tsv` is asked again and again, as a
search and letter by letter as suggestions.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle, islice
from random import Random
from time import perf_counter, process_time

from bench.search_quality import read_library, read_questions
from webapp.content.domain.library import Library
from webapp.search import queries
from webapp.search.domain.vocabulary import Vocabulary
from webapp.search.index import Document, Index

PAGES = 20_000
TICKS = 2_000
LANGUAGE = "nb"


def synthetic(documents: list[Document], number: int) -> Iterator[Document]:
    """Make pages that are like real ones: each has the title, names, lead and body of four different pages."""
    random = Random(number)
    for at in range(number):
        title, names, lead, body = random.sample(documents, 4)
        synonyms = tuple(random.sample(names.synonyms, min(6, len(names.synonyms))))
        kind = random.choice(documents).kind
        yield replace(title, kind=kind, slug=f"{title.slug}-{at}", synonyms=synonyms, lead=lead.lead, body=body.body)


def percentiles(ask: Callable[[str], object], asked: list[str], ticks: int = TICKS) -> str:
    """Ask until there are enough ticks, and answer the median and the slowest in a hundred in milliseconds.

    Beside the time on the clock stands the time of the processor, which other work on the machine changes less.
    """
    for query in asked[:50]:
        ask(query)
    clock, processor = [], []
    for query in islice(cycle(asked), ticks):
        start, start_of_work = perf_counter(), process_time()
        ask(query)
        processor.append((process_time() - start_of_work) * 1000)
        clock.append((perf_counter() - start) * 1000)
    cells = []
    for name, taken in (("clock", sorted(clock)), ("processor", sorted(processor))):
        cells.append(f"{name} p50 {taken[len(taken) // 2]:5.2f} ms p99 {taken[len(taken) * 99 // 100]:5.2f} ms")
    return f"{'   '.join(cells)}   ({ticks} ticks)"


def measure(name: str, make: Callable[[], Index]) -> None:
    """Make an index, ask it, and print how long both took."""
    start = perf_counter()
    index = make()
    print(f"{name}: made in {perf_counter() - start:.2f} s")
    whole = [question.query for question in read_questions()]
    begun = [query[:length] for query in whole for length in range(2, min(len(query), 12) + 1)]
    Random(1).shuffle(begun)
    print(f"  search      {percentiles(index.search, whole)}")
    print(f"  suggestion  {percentiles(lambda query: index.search(query, most=6, typing=True), begun)}")


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=PAGES, help="how many synthetic pages to make")
    arguments = parser.parse_args()
    library: Library = read_library()
    vocabulary = Vocabulary.of(library.document("words"))
    for language in library.languages:
        real = list(queries.documents(library, language))
        measure(f"{len(real)} real pages ({language})", lambda real=real: Index(real, vocabulary))  # type: ignore[misc]
    many = list(synthetic(list(queries.documents(library, LANGUAGE)), arguments.pages))
    measure(f"{len(many)} synthetic pages", lambda: Index(many, vocabulary))
    print(f"largest memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
