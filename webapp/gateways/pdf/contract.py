"""What each paper of an agreement is made from: words only, already in the paper's language.

Text may hold line ends, and any letters at all. A text that does not apply is empty; nothing is left out.
"""

from __future__ import annotations

from typing import Literal, TypedDict


class Paper(TypedDict):
    """What every paper has."""

    language: str
    """Of the text: nb, nn or en."""
    title: str
    municipality: str
    statement: str
    """What the agreement is, on top of every page: «En felles plan. Ikke et vedtak.»"""


class Text(TypedDict):
    """A paragraph, or a heading below a section's."""

    kind: Literal["text", "subheading"]
    text: str


class List(TypedDict):
    """Points, one a line."""

    kind: Literal["list"]
    items: list[str]


class Table(TypedDict):
    """Rows with as many cells as the head."""

    kind: Literal["table"]
    head: list[str]
    rows: list[list[str]]


class Section(TypedDict):
    """One of the agreement's sections."""

    heading: str
    parts: list[Text | List | Table]


class Gaps(TypedDict):
    """What must be seen first: safety-critical tasks without a reserve."""

    heading: str
    items: list[str]


class Parties(TypedDict):
    """Who they are; the resident first. Name and role, or what else the head says."""

    heading: str
    head: list[str]
    rows: list[list[str]]


class CommitmentLine(TypedDict):
    """A task, who has taken it, and what is still open about it."""

    task: str
    responsible: str
    reserve: str
    how_often: str
    starts: str
    note: str
    state: str
    """«Åpent», «Mangler reserve», or nothing."""


class Commitments(TypedDict):
    """Who does what; the head has five words: task, responsible, reserve, how often, from when."""

    heading: str
    head: list[str]
    rows: list[CommitmentLine]


class Signatures(TypedDict):
    """What was said by signing, and who signed in which role, how and when; an empty cell is filled in by hand."""

    heading: str
    statement: str
    head: list[str]
    rows: list[list[str]]


class Verify(TypedDict):
    """Where one can see whether the file is genuine; `alt` tells what the code is for who does not see it."""

    heading: str
    text: str
    address: str
    alt: str


class Agreement(Paper):
    """The agreement as it is shown and signed; without a hash it is a copy to read."""

    version: str
    """«Versjon 2»."""
    reference: str
    gaps: Gaps
    parties: Parties
    sections: list[Section]
    commitments: Commitments
    signatures: Signatures
    hash_label: str
    hash: str
    verify: Verify


class Call(TypedDict):
    """Whom to ring."""

    who: str
    telephone: str


class Calls(TypedDict):
    """Whom to ring, first things first; at most five."""

    heading: str
    rows: list[Call]


class KitchenLine(TypedDict):
    """A task, who does it, and who steps in: «Reserve: Per»."""

    task: str
    who: str
    reserve: str


class KitchenLines(TypedDict):
    """The tasks, the most important first; two words in the head."""

    heading: str
    head: list[str]
    rows: list[KitchenLine]


class FridgeSheet(Paper):
    """One page for the kitchen wall; `more` is said where not all tasks have room."""

    calls: Calls
    tasks: KitchenLines
    more: str


class AnswerTask(TypedDict):
    """A task with a box for each choice; `mark` is said of a safety-critical one, `points` is what it is made of."""

    task: str
    mark: str
    points: list[str]
    choices: list[str]


class Area(TypedDict):
    """Tasks that belong together; with notes there is a line to write on below each."""

    heading: str
    intro: str
    has_notes: bool
    tasks: list[AnswerTask]


class Question(TypedDict):
    """Something to answer in one's own words, on so many lines."""

    question: str
    lines: int


class AnswerSheet(Paper):
    """What one party answers, alone; `note_label` stands above a line at each task, where it is not empty."""

    party: str
    intro: str
    note_label: str
    areas: list[Area]
    questions: list[Question]
    return_to: str


class BlankTable(TypedDict):
    """A table with so many empty rows."""

    heading: str
    head: list[str]
    rows: int


class BlankSection(TypedDict):
    """A heading, a hint, and so many lines."""

    heading: str
    hint: str
    lines: int


class BlankSignatures(BlankTable):
    """What is said by signing, above empty rows."""

    statement: str


class BlankAgreement(Paper):
    """An agreement to fill in by hand."""

    intro: str
    parties: BlankTable
    sections: list[BlankSection]
    commitments: BlankTable
    signatures: BlankSignatures
