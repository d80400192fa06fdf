"""The items of a foreign Questionnaire as our questions, one after the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.content.domain.conditions import Condition, Joined, written
from webapp.selfchecks.domain.questionnaire import Type
from webapp.selfchecks.fhir import terms
from webapp.selfchecks.fhir.foreign_answers import (
    ANSWERED,
    CHOICES,
    answered_by,
    control_of,
    expression_in,
    extensions_by_address,
    is_true,
    kind_of,
)
from webapp.selfchecks.fhir.foreign_options import Options, read_options, unique_slug
from webapp.selfchecks.fhir.foreign_repeats import Repeat, repeat_of
from webapp.selfchecks.fhir.foreign_whens import ALWAYS, Known, condition_of
from webapp.selfchecks.fhir.foreign_words import Wording
from webapp.selfchecks.fhir.report import Report
from webapp.selfchecks.fhir.terms import Json

MOST_QUESTIONS, MOST_WORDS = 60, 600
RESERVED = frozenset({"and", "or", "not", "in", "band"})
TAKEN = {
    "linkId", "text", "_text", "type", "enableWhen", "enableBehavior", "required", "repeats", "answerOption",
    "answerValueSet", "extension", "item", "readOnly",
}  # fmt: skip
HIDDEN = terms.CORE + "questionnaire-hidden"
UNDERSTOOD = {terms.MOST_PICKED, terms.LEAST_VALUE, terms.MOST_VALUE, terms.ENABLED, terms.CALCULATED, HIDDEN}
_LINKS = re.compile(r"linkId\s*=\s*'([^']+)'")


@dataclass(slots=True)
class Items:
    """Takes items over as questions, and remembers those that later ones may ask for."""

    wording: Wording
    sets: Mapping[str, Json]
    report: Report
    questions: list[Json] = field(default_factory=list)
    known: dict[str, Known] = field(default_factory=dict)
    asked: dict[str, Json] = field(default_factory=dict)
    repeats: dict[str, tuple[Repeat, Json, str]] = field(default_factory=dict)

    def take(self, item: Json, above: Condition | None = None, parent: Json | None = None) -> None:
        """Take over an item, and those inside it after it."""
        link, kind, extensions = item["linkId"], kind_of(item), extensions_by_address(item)
        self._note_rest(item, extensions)
        own = condition_of(item, self.known, self.report)
        when = own if above is None or own is None else Joined("and", (above, own))
        when = when or above
        if self._is_left_out(item, kind, extensions):
            pass
        elif kind == "display" and parent is not None and control_of(item) == terms.HELP:
            self._help(item, parent)
            return
        elif kind in {"group", "display"}:
            self._say(item, when)
        else:
            self._ask(item, when)
        made = self.asked.get(link)
        for inner in item.get("item", ()):
            if kind not in {"display", "group"} and control_of(inner) != terms.HELP:
                self.report.lost(inner["linkId"], f"lies inside the question '{link}'", "it is asked after it, always")
            self.take(inner, when, made)

    def _help(self, item: Json, parent: Json) -> None:
        text = self.wording.of(item, "text", item["linkId"], most=MOST_WORDS)
        if text and parent.get("help") == text:
            return  # the same words stand at each item that one question was told as
        if "help" in parent or not text:
            self.report.lost(item["linkId"], "is a second help text, or an empty one", "write it into the first")
        else:
            parent["help"] = text

    def _note_rest(self, item: Json, extensions: Mapping[str, Json]) -> None:
        link = item["linkId"]
        for name in sorted(item.keys() - TAKEN):
            self.report.lost(link, f"{name} is left out", "look at whether it matters")
        for url in extensions:
            is_control = url == terms.CONTROL and control_of(item) in {terms.HELP, terms.SLIDER}
            if url not in UNDERSTOOD and not is_control and not url.endswith(terms.FOR_EACH):
                self.report.lost(link, f"the extension {url} is left out"[:300], "look at what it says")
        if item.get("answerOption") and kind_of(item) not in CHOICES:
            self.report.lost(link, "its answers are left out", "ask it as a choice")
        if terms.ENABLED in extensions:
            self.report.lost(link, f"{expression_in(extensions[terms.ENABLED])} is no condition here"[:600], ALWAYS)

    def _is_left_out(self, item: Json, kind: str, extensions: Mapping[str, Json]) -> bool:
        link = item["linkId"]
        if terms.CALCULATED in extensions or item.get("readOnly") is True:
            named = _LINKS.findall(expression_in(extensions.get(terms.CALCULATED, {})))
            ours = [self.known[name].id for name in dict.fromkeys(named) if name in self.known]
            do = f"write it under scores, of: [{', '.join(ours)}]" if ours else "write it under scores, if it is one"
            self.report.lost(link, "is calculated, nobody answers it", do)
        elif is_true(extensions.get(HIDDEN)):
            self.report.lost(link, "is hidden from those who answer", "leave it out, or ask it")
        elif kind not in ANSWERED | {"group", "display"}:
            self.report.lost(link, f"is of the type {kind}"[:80], "there is none such here: ask in another way")
        elif len(self.questions) >= MOST_QUESTIONS:
            self.report.lost(link, "is one too many", f"a self-check has at most {MOST_QUESTIONS} questions")
        else:
            return False
        return True

    def _say(self, item: Json, when: Condition | None) -> None:
        """A text that is only read, or the heading of a group, is a page of its own."""
        link, is_group = item["linkId"], item["type"] == "group"
        if is_group:
            self.report.lost(link, "is a group", "its items stand one after the other, each on a page of its own")
            if item.get("repeats") is True or item.get("required") is True:
                self.report.lost(
                    link, "may be filled in several times, or must be filled in", "its items are asked once"
                )
        text = self.wording.of(item, "text", link, most=MOST_WORDS)
        if text:
            self._add(item, Type.INFORMATION, when, text, {})
        elif not is_group:
            self.report.lost(link, "has no words", "it is left out")

    def _ask(self, item: Json, when: Condition | None) -> None:
        link, kind = item["linkId"], kind_of(item)
        text = self.wording.of(item, "text", link, most=MOST_WORDS)
        if not text:
            self.report.lost(link, "has no words", "write the question: its linkId stands there")
            text = {"nb": " ".join(link.split())[:MOST_WORDS]}
        repeat = repeat_of(item, text, when, self.questions)
        if repeat and self.repeats.get(repeat.name, ())[:2] == (repeat, _answers(item)):
            self.asked[link] = self.asked[self.repeats[repeat.name][2]]
            return
        options = read_options(item, self.sets, self.wording, self.report) if kind in CHOICES else Options()
        found, more = answered_by(item, options, self.report)
        if item.get("repeats") is True and found is not Type.MULTIPLE:
            self.report.lost(link, "may be answered several times", "it is answered once")
        if options.written:
            more = {"options": options.written, **more}
        if repeat and repeat.name not in self.repeats:
            self.repeats[repeat.name] = (repeat, _answers(item), link)
            self._add(
                {**item, "linkId": repeat.name}, found, repeat.when, repeat.text, {"for_each": repeat.about, **more}
            )
        else:
            self._add(item, found, when, text, more, options.by_value)
        self.asked[link] = self.questions[-1]

    def _add(  # noqa: PLR0917 -- a question has as many parts
        self, item: Json, found: Type, when: Condition | None, text: Mapping[str, str], more: Mapping[str, Any],
        by_value: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        link = item["linkId"]
        taken = {question["id"] for question in self.questions} | RESERVED
        name = unique_slug(link if re.match(r"\s*[A-Za-zÆØÅæøå]", link) else f"q-{link}", taken, "q")
        if name != link:
            self.report.lost(link, f"is called {name} here", "nothing to do")
        optional = {} if item.get("required") is True or found is Type.INFORMATION else {"optional": True}
        asked = {"when": written(when)} if when else {}
        self.questions.append({"id": name, "type": found.value, "text": dict(text), **optional, **asked, **more})
        if found is not Type.INFORMATION and "for_each" not in more:
            self.known[link] = Known(name, found, more.get("from", 0), by_value or {})


def _answers(item: Json) -> Json:
    return {name: item.get(name) for name in ("type", "required", "answerOption", "repeats")}
