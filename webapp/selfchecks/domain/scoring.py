"""What answers come to: scores, bands, advice and red flags; a pure function of a self-check's version and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.content.domain.conditions import Value
from webapp.selfchecks.domain.answers import SKIPPED, Answers, walk
from webapp.selfchecks.domain.questionnaire import Advice, Band, RedFlag, Score, SelfCheck

BAND = "band"


@dataclass(frozen=True, slots=True)
class Result:
    """What a self-check says of some answers."""

    is_complete: bool
    scores: Mapping[str, float | None]
    bands: tuple[Band, ...]
    advice: tuple[Advice, ...]
    flags: tuple[RedFlag, ...]
    missing: tuple[str, ...]
    """The steps that have no answer."""


def score(check: SelfCheck, given: Score, answers: Answers) -> float | None:
    """Answer a score, or None where an answer is missing and the instrument does not say what to do then."""
    total = 0
    for question_id in given.of:
        question, answer = check.by_id.get(question_id), answers.get(question_id, SKIPPED)
        if question is None or (answer == SKIPPED and not given.is_missing_zero):
            return None
        if answer != SKIPPED:
            total += question.weight_of(answer)
    return total * given.times / (len(given.of) if given.is_mean else 1)


def flags_of(check: SelfCheck, answers: Answers) -> tuple[RedFlag, ...]:
    """Answer the red flags that answers raise, at any time, before anything else (SJ-4)."""
    return result(check, answers).flags


def result(check: SelfCheck, answers: Answers) -> Result:
    """Answer what a self-check says; it never fails, whatever the answers are."""
    walked = walk(check, answers)
    scores = {given.id: score(check, given, walked.counted) for given in check.scores}
    values: dict[str, Value] = {**walked.values, **scores}
    bands = tuple(band for band in check.bands if _is_in(band, scores, values))
    if bands:
        values[BAND] = frozenset(band.id for band in bands)
    return Result(
        is_complete=not walked.missing,
        scores=scores,
        bands=bands,
        advice=tuple(one for one in check.advice if one.when is None or one.when.holds(values)),
        flags=tuple(flag for flag in check.flags if flag.when.holds(values)),
        missing=tuple(walked.missing),
    )


def _is_in(band: Band, scores: Mapping[str, float | None], values: Mapping[str, Value]) -> bool:
    number = scores.get(band.score)
    if number is None or not band.least <= number <= band.most:
        return False
    return band.when is None or band.when.holds(values)
