"""A question of ours that was told once for each option, brought back to the one question that it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from webapp.content.domain.conditions import Comparison, Condition, Joined
from webapp.kernel.language import localised
from webapp.selfchecks.domain.questionnaire import Type
from webapp.selfchecks.fhir.foreign_words import extensions_of, text_in
from webapp.selfchecks.fhir.terms import FOR_EACH, Json


@dataclass(frozen=True, slots=True)
class Repeat:
    """A question that is asked for each option of another."""

    name: str
    about: str
    text: Mapping[str, str]
    when: Condition | None


def repeat_of(item: Json, text: Mapping[str, str], when: Condition | None, questions: Sequence[Json]) -> Repeat | None:
    """Answer which question an item repeats; None where it stands for itself."""
    names = [text_in(one, "valueString") for one in extensions_of(item) if text_in(one, "url").endswith(FOR_EACH)]
    if not names or not names[0] or when is None:
        return None
    parts = when.parts if isinstance(when, Joined) and when.word == "and" else (when,)
    last, rest = parts[-1], parts[:-1]
    if not isinstance(last, Comparison) or last.sign != "=" or len(last.wanted) != 1:
        return None
    options = [
        option
        for question in questions
        if question["id"] == last.name and question["type"] == Type.MULTIPLE
        for option in question["options"]
        if option["value"] == last.wanted[0]
    ]
    if not options or not all(localised(options[0]["label"], code) in words for code, words in text.items()):
        return None
    named = {code: words.replace(localised(options[0]["label"], code), "{option}", 1) for code, words in text.items()}
    own = rest[0] if len(rest) == 1 else Joined("and", rest) if rest else None
    return Repeat(names[0], last.name, named, own)
