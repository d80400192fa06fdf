"""Agreements: how long the comparison of a large family takes, ten parties and two hundred tasks."""

from __future__ import annotations

from itertools import cycle, islice, product
from random import Random

from bench.identity import times
from bench.pages import row
from webapp.agreements.domain.comparison import Task, compare
from webapp.agreements.domain.expectations import OUTSIDE, Expectation, Frequency, OwnPart
from webapp.agreements.domain.parties import OURS, Party, PartyKind
from webapp.agreements.domain.starting import MOST_PARTIES, MOST_TASKS
from webapp.services.domain.who_does_what import Line, Stance

RUNS, LIMIT = 50, 15.0
LINES = [Line(stance, needs_decision=applied) for stance, applied in product(Stance, (False, True))]


def comparison() -> None:
    """Compare the answers of everybody about everything: all have answered, each in their own way."""
    chance = Random(5)
    people = [Party("p0", PartyKind.RESIDENT)]
    people += [Party(f"p{number}", PartyKind.CAREGIVER) for number in range(1, MOST_PARTIES)]
    parties = [*people, OURS]
    tasks = [Task(f"t{number}", is_critical=number % 8 == 0) for number in range(MOST_TASKS)]
    actors = [*(party.id for party in parties), *OUTSIDE]
    parts, often = [*OwnPart, None], [*Frequency, None]
    answers = {
        (party.id, task.id): Expectation(
            is_relevant=chance.random() > 0.1,
            expected=frozenset(chance.sample(actors, chance.randint(0, 3))),
            own_part=chance.choice(parts),
            how_often=chance.choice(often),
        )
        for party, task in product(parties, tasks)
    }
    stances = {task.id: line for task, line in zip(tasks, islice(cycle(LINES), MOST_TASKS), strict=True)}
    taken = times(lambda: compare(parties, tasks, answers, stances), RUNS)
    name = f"comparison of {MOST_PARTIES} parties and {MOST_TASKS} tasks"
    row(name, f"{taken:.1f} ms", f"< {LIMIT:.0f} ms", holds=taken < LIMIT)


def main() -> None:
    """Print the table."""
    comparison()


if __name__ == "__main__":
    main()
