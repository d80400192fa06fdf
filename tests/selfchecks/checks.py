"""What the tests of self-checks share: the files that ship, and answers of every kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from webapp.content import files
from webapp.selfchecks.domain.answers import MOST_TEXT, path
from webapp.selfchecks.domain.questionnaire import NO, YES, Question, SelfCheck, Type


def checks_in(root: Path) -> dict[str, dict[str, Any]]:
    """Answer the fields of every self-check in a content folder, by slug."""
    parts = files.read_tree(root).parts
    return {key.slug: dict(part.fields) for key, part in sorted(parts.items(), key=str) if key.kind == "selfcheck"}


def _values(question: Question) -> st.SearchStrategy[str]:
    """Answer what a question takes, now and then what it does not."""
    wild = st.sampled_from(["", "x", "9999"])
    if question.type is Type.YES_NO:
        return st.sampled_from([YES, NO]) | wild
    if question.type in {Type.SCALE, Type.NUMBER}:
        return st.integers(question.least_number, question.most_number).map(str) | wild
    if question.type is Type.TEXT:
        return st.text(max_size=40) | st.just("å" * (MOST_TEXT + 1))
    if question.type is Type.INFORMATION:
        return st.just("seen")
    one = st.sampled_from([option.value for option in question.options])
    if question.type is Type.CHOICE:
        return one | wild
    return st.lists(one, max_size=question.most, unique=True).map(" ".join) | wild


@st.composite
def answers_to(draw: st.DrawFn, check: SelfCheck) -> dict[str, str]:
    """Draw answers to a self-check, from the first question on; some are left open, some stay from another path."""
    answers: dict[str, str] = {}
    for _ in range(2):
        for step in path(check, answers):
            if step.id not in answers and draw(st.integers(0, 9)):
                answers[step.id] = draw(_values(step.question))
    return answers
