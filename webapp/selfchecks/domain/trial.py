"""The examples of a self-check, tried out: what each must come to, and what the self-check as it is says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.selfchecks.domain.questionnaire import SelfCheck
from webapp.selfchecks.domain.scoring import result


@dataclass(frozen=True, slots=True)
class Outcome:
    """What answers come to: the number, and the ids of what is said."""

    score: float | None
    bands: tuple[str, ...]
    flags: tuple[str, ...]
    advice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """One example: its answers, what is expected of them, what was found."""

    answers: Mapping[str, str]
    expected: Outcome
    found: Outcome
    differs: tuple[str, ...]
    """In what the two differ: `score`, `band`, `flags`, `advice`."""


def trials(check: SelfCheck, vectors: Sequence[Mapping[str, Any]]) -> tuple[Trial, ...]:
    """Answer each example with what comes of it; advice may be more than is named, everything else is exact."""
    return tuple(_trial(check, vector) for vector in vectors)


def _trial(check: SelfCheck, vector: Mapping[str, Any]) -> Trial:
    came = result(check, vector["answers"])
    numbers = [score for score in came.scores.values() if score is not None]
    found = Outcome(
        numbers[0] if numbers else None, tuple(band.id for band in came.bands), tuple(one.id for one in came.flags),
        tuple(one.id for one in came.advice),
    )  # fmt: skip
    expected = Outcome(
        vector.get("score"), (vector["band"],) if "band" in vector else (), tuple(vector.get("flags", ())),
        tuple(vector.get("advice", ())),
    )  # fmt: skip
    is_right = {
        "score": expected.score == found.score,
        "band": set(expected.bands) <= set(found.bands) and bool(expected.bands) is bool(found.bands),
        "flags": set(expected.flags) == set(found.flags),
        "advice": set(expected.advice) <= set(found.advice),
    }
    return Trial(vector["answers"], expected, found, tuple(name for name, right in is_right.items() if not right))
