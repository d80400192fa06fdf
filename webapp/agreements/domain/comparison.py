"""The comparison: what several parties answered alone, laid side by side. Pure and total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from webapp.agreements.domain.expectations import OUTSIDE, Expectation, OwnPart
from webapp.agreements.domain.findings import Finding, Gap, Reason, Status
from webapp.agreements.domain.parties import MUNICIPALITY, Party, present
from webapp.services.domain.who_does_what import Line, Stance

ABLE = (OwnPart.WILL, OwnPart.PARTLY, OwnPart.AFTER_DECISION, OwnPart.UNSURE)
_WHY_NOT_ALL: Mapping[OwnPart | None, Reason] = {
    OwnPart.PARTLY: Reason.ONLY_PARTLY,
    OwnPart.CANNOT: Reason.CANNOT,
    OwnPart.UNSURE: Reason.UNSURE,
    None: Reason.NOT_SAID,
}

Expectations = Mapping[tuple[str, str], Expectation]
"""What was answered, by (party, task)."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task of an agreement, as the rules see it."""

    id: str
    is_critical: bool = False


def derived_part(line: Line | None) -> OwnPart | None:
    """Answer what the municipality usually does, from its published stance; never its word in this agreement."""
    if line is None:
        return None
    if line.stance is Stance.NOT_NORMALLY:
        return OwnPart.CANNOT
    if line.needs_decision:
        return OwnPart.AFTER_DECISION
    return OwnPart.WILL if line.stance is Stance.NORMALLY else OwnPart.PARTLY


def compare(
    parties: Iterable[Party],
    tasks: Iterable[Task],
    expectations: Expectations,
    stances: Mapping[str, Line],
) -> list[Finding]:
    """Answer one finding a task, in the order of the tasks; `expectations` is by (party, task), `stances` by task.

    Whoever has left counts for nothing. The municipality has a voice only where a caseworker has answered.
    """
    here = frozenset(party.id for party in present(parties))
    return [
        _Answers.about(task, here, expectations, stances.get(task.id)).finding()
        for task in tasks
    ]  # fmt: skip


def _part(party: str, answer: Expectation | None, line: Line | None) -> OwnPart | None:
    """Answer what a party does itself; the municipality does what it usually does until a caseworker has said."""
    if answer is not None and not answer.is_relevant:
        return None
    said = answer.own_part if answer is not None else None
    return derived_part(line) if said is None and party == MUNICIPALITY else said


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers about one task, and what follows from them at once."""

    task: Task
    voices: Mapping[str, Expectation]
    relevant: Mapping[str, frozenset[str]]
    """Who finds it needed → whom they name, of those who are there or outside."""
    named: frozenset[str]
    parts: Mapping[str, OwnPart | None]
    """What everybody who is named or has a voice does themselves."""
    named_parties: frozenset[str]
    others: int
    """How many there are beside the municipality."""
    is_usual: bool
    """The municipality normally does this."""

    @classmethod
    def about(cls, task: Task, here: frozenset[str], expectations: Expectations, line: Line | None) -> _Answers:
        voices = {party: found for party in here if (found := expectations.get((party, task.id))) is not None}
        actors = here.union(OUTSIDE)
        relevant = {party: answer.expected & actors for party, answer in voices.items() if answer.is_relevant}
        named = frozenset[str]().union(*relevant.values())
        return cls(
            task,
            voices,
            relevant,
            named,
            parts={one: _part(one, voices.get(one), line) for one in (named & here).union(voices)},
            named_parties=named & here,
            others=len(here - {MUNICIPALITY}),
            is_usual=line is not None and line.stance is Stance.NORMALLY,
        )

    def finding(self) -> Finding:
        status = self._before_reasons()
        reasons = self._reasons() if status is None else frozenset[Reason]()
        return Finding(
            task=self.task.id,
            status=status or self._by_reasons(reasons),
            is_critical=self.task.is_critical,
            reasons=reasons,
            named=self.named,
            voices=frozenset(self.voices),
            waited_for=self._waited_for(),
            offers=self._offers(),
            not_asked=self.named.intersection(OUTSIDE),
            is_against_description=self._is_against_description(),
            gaps=self._gaps(),
        )

    def _before_reasons(self) -> Status | None:
        """Answer the first status that fits, of those that do not hang on how alike the answers are."""
        if MUNICIPALITY in self.named and self.parts[MUNICIPALITY] is OwnPart.CANNOT and not self.is_usual:
            return Status.BEYOND_MUNICIPALITY
        if len(self.voices) < min(2, max(1, self.others)) or self._waited_for():
            return Status.UNANSWERED
        if not self.relevant:
            return Status.NOT_NEEDED
        is_anybody_able = any(part in ABLE for part in self.parts.values())
        return None if is_anybody_able or self.named - self.named_parties else Status.UNASSIGNED

    def _by_reasons(self, reasons: frozenset[Reason]) -> Status:
        if reasons:
            return Status.DIFFERENT
        return Status.AGREED if self._is_promised() else Status.AGREED_APPLY

    def _reasons(self) -> frozenset[Reason]:
        """Answer everything that keeps these answers from being the same promise; empty where nothing does."""
        answers = [self.voices[voice] for voice in self.relevant]
        checks = (
            (Reason.RELEVANCE, len(answers) < len(self.voices)),
            (Reason.WHO, len(set(self.relevant.values())) > 1),
            (Reason.HOW_OFTEN, len({answer.how_often for answer in answers} - {None}) > 1),
            (Reason.UNKNOWN, any(answer.is_unknown for answer in answers)),
        )
        found = {reason for reason, is_so in checks if is_so}
        parts = {self.parts[one] for one in self.named_parties}
        found |= {reason for part, reason in _WHY_NOT_ALL.items() if part in parts}
        if self._offers() and (found or not self.named):
            found.add(Reason.OFFER)
        return frozenset(found)

    def _waited_for(self) -> frozenset[str]:
        return frozenset(one for one in self.named_parties if one not in self.voices and self.parts[one] is None)

    def _offers(self) -> frozenset[str]:
        return frozenset(one for one in self.voices if one not in self.named and self.parts[one] in ABLE)

    def _is_promised(self) -> bool:
        """Tell whether the municipality's part is a caseworker's word: it is not named, or has said that it will."""
        answer = self.voices.get(MUNICIPALITY)
        return MUNICIPALITY not in self.named or (answer is not None and answer.own_part is OwnPart.WILL)

    def _is_against_description(self) -> bool:
        answer = self.voices.get(MUNICIPALITY)
        return self.is_usual and answer is not None and answer.own_part is OwnPart.CANNOT

    def _gaps(self) -> tuple[Gap, ...]:
        """Answer who expects of whom what that one does not promise, in the order of the ids."""
        return tuple(
            Gap(expecting, one, self.parts[one])
            for one in sorted(self.named_parties)
            if self.parts[one] is not OwnPart.WILL and (expecting := self._expecting(one))
        )

    def _expecting(self, named: str) -> frozenset[str]:
        return frozenset(voice for voice, names in self.relevant.items() if voice != named and named in names)
