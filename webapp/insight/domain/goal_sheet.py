"""A plan as the rows of a sheet, and back: every fault at once, with its row and column; what is written is read again.

A row says of which sort it is. A measure and an indicator stand under the goal above them, a number under the indicator
above it. A row with an id changes what has that id; one without changes what is called the same, or is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from webapp.insight.domain.goals import (
    FIGURES,
    LONGEST_LINE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_UNIT,
    PARENTS,
    Goal,
    Indicator,
    Sort,
    State,
    is_sensible,
    read_day,
    read_number,
)

COLUMNS = (
    "slag", "id", "tittel", "tekst", "ansvarlig", "status", "dato", "enhet", "ønsket", "telles", "tall", "kilde",
)  # fmt: skip
STATES = {State.PLANNED: "planlagt", State.UNDERWAY: "i gang", State.DONE: "ferdig", State.STOPPED: "stoppet"}
ENDED = "avsluttet"
MOST_ROWS = 5000
_LONGEST = {
    "tittel": LONGEST_TITLE, "tekst": LONGEST_TEXT, "ansvarlig": LONGEST_LINE, "enhet": LONGEST_UNIT,
    "ønsket": LONGEST_LINE, "kilde": LONGEST_TITLE, "id": 32,
}  # fmt: skip
_USED = {
    Sort.GOAL: {"slag", "id", "tittel", "tekst", "status", "dato"},
    Sort.MEASURE: {"slag", "id", "tittel", "tekst", "ansvarlig", "status", "dato"},
    Sort.INDICATOR: {"slag", "id", "tittel", "enhet", "ønsket", "telles", "status", "dato"},
    Sort.NUMBER: {"slag", "id", "dato", "tall", "kilde"},
}


class Why(StrEnum):
    """What can be wrong in a sheet."""

    NO_HEADS = "no heads"
    NO_ROWS = "no rows"
    TOO_MANY = "too many"
    SORT = "sort"
    MISSING = "missing"
    TOO_LONG = "too long"
    STATE = "state"
    ENDED = "ended"
    DAY = "day"
    NUMBER = "number"
    FIGURE = "figure"
    NO_GOAL = "no goal"
    NO_INDICATOR = "no indicator"
    OWN_ONLY = "own only"
    TWICE = "twice"
    NOT_HERE = "not here"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: in which row, counted as a spreadsheet does, in which column, and what stood there."""

    row: int
    column: str
    why: Why
    found: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row that was understood: of which sort, its id or empty, its values, and the line that it stands under."""

    row: int
    sort: Sort
    id: str
    values: Mapping[str, str | date | None]
    parent: Line | None = None

    @property
    def title(self) -> str:
        """Answer what it is called; a number by its day."""
        return str(self.values["day"] if self.sort is Sort.NUMBER else self.values["title"])


def sheet(goals: Iterable[Goal]) -> list[list[str]]:
    """Answer a plan as the rows of a sheet, the heads first."""
    rows = [list(COLUMNS)]
    for goal in goals:
        rows.append(_row(Sort.GOAL, goal.id, tittel=goal.title, tekst=goal.text, **_end(goal)))
        rows += [
            _row(
                Sort.MEASURE, one.id, tittel=one.title, tekst=one.text, ansvarlig=one.owner, status=STATES[one.state],
                dato=_day(one.due_on),
            )
            for one in goal.measures
        ]  # fmt: skip
        for one in goal.indicators:
            told = {"tittel": one.title, "enhet": one.unit, "ønsket": one.target, "telles": one.figure}
            rows.append(_row(Sort.INDICATOR, one.id, **told, **_end(one)))
            rows += [
                _row(Sort.NUMBER, "", dato=_day(number.day), tall=number.number.replace(".", ","), kilde=number.source)
                for number in one.numbers
            ]
    return rows


def _row(sort: Sort, of: str, **cells: str) -> list[str]:
    return [{"slag": sort.value, "id": of, **cells}.get(column, "") for column in COLUMNS]


def _end(of: Goal | Indicator) -> dict[str, str]:
    return {"status": ENDED, "dato": _day(of.ended_on)} if of.ended_on else {}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def read(rows: Sequence[Sequence[str]]) -> tuple[list[Line], list[Fault]]:
    """Answer the lines of a sheet and every fault in it; where there is a fault, nothing may be taken over."""
    heads = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if not {"slag", "tittel"} <= set(heads):
        return [], [Fault(1, "slag", Why.NO_HEADS)]
    if len(rows) > MOST_ROWS:
        return [], [Fault(MOST_ROWS, "slag", Why.TOO_MANY)]
    reading = _Reading()
    for number, row in enumerate(rows[1:], start=2):
        cells = dict(zip(heads, (cell.strip() for cell in row), strict=False))
        if any(cells.values()):
            reading.take(number, cells)
    if not reading.lines and not reading.faults:
        reading.faults.append(Fault(2, "slag", Why.NO_ROWS))
    return reading.lines, reading.faults


class _Reading:
    """What has been understood so far, and what each row stands under."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.faults: list[Fault] = []
        self._above: dict[Sort, Line] = {}
        self._known: set[tuple[int, Sort, str]] = set()
        self._ids: set[str] = set()

    def take(self, row: int, cells: Mapping[str, str]) -> None:
        """Take one row, or say what is wrong with it."""
        said = cells.get("slag", "").casefold()
        sort = next((one for one in Sort if said in {one.value, one.value.replace("å", "a")}), None)
        if sort is None:
            self.faults.append(Fault(row, "slag", Why.SORT, said))
            return
        before = len(self.faults)
        self._look_at_lengths(row, sort, cells)
        values = self._values(row, sort, cells)
        parent = self._parent(row, sort)
        line = Line(row, sort, cells.get("id", ""), values, parent)
        if sort in {Sort.GOAL, Sort.INDICATOR}:
            self._above[sort] = line
            if sort is Sort.GOAL:
                self._above.pop(Sort.INDICATOR, None)
        self._look_for_twins(line)
        if len(self.faults) == before:
            self.lines.append(line)

    def _look_at_lengths(self, row: int, sort: Sort, cells: Mapping[str, str]) -> None:
        for column in COLUMNS:
            text = cells.get(column, "")
            if column in _LONGEST and column in _USED[sort] and len(text) > _LONGEST[column]:
                self.faults.append(Fault(row, column, Why.TOO_LONG, text[:40]))
            if text and column not in _USED[sort]:
                self.faults.append(Fault(row, column, Why.OWN_ONLY, text[:40]))
        needed = {"dato", "tall", "kilde"} if sort is Sort.NUMBER else {"tittel"}
        self.faults += [
            Fault(row, column, Why.MISSING) for column in COLUMNS if column in needed and not cells.get(column)
        ]

    def _parent(self, row: int, sort: Sort) -> Line | None:
        wanted = PARENTS.get(sort)
        found = self._above.get(wanted) if wanted else None
        if wanted and found is None:
            self.faults.append(Fault(row, "slag", Why.NO_GOAL if wanted is Sort.GOAL else Why.NO_INDICATOR))
        if found is not None and sort is Sort.NUMBER and found.values["figure"] in FIGURES:
            self.faults.append(Fault(row, "tall", Why.OWN_ONLY))
        return found

    def _look_for_twins(self, line: Line) -> None:
        key = (line.parent.row if line.parent else 0, line.sort, line.title.casefold())
        if key in self._known or (line.id and line.id in self._ids):
            self.faults.append(
                Fault(line.row, "dato" if line.sort is Sort.NUMBER else "tittel", Why.TWICE, line.title[:40])
            )
        self._known.add(key)
        self._ids.add(line.id)

    def _values(self, row: int, sort: Sort, cells: Mapping[str, str]) -> dict[str, str | date | None]:
        day = self._day(row, cells.get("dato", ""))
        if sort is Sort.NUMBER:
            return {"day": day, "number": self._number(row, cells.get("tall", "")), "source": cells.get("kilde", "")}
        found: dict[str, str | date | None] = {"title": cells.get("tittel", "")}
        if sort is Sort.MEASURE:
            state = self._state(row, cells.get("status", ""))
            return {
                **found,
                "text": cells.get("tekst", ""),
                "owner": cells.get("ansvarlig", ""),
                "state": state,
                "due_on": day,
            }
        found["ended_on"] = self._ended(row, cells, day)
        if sort is Sort.GOAL:
            return {**found, "text": cells.get("tekst", "")}
        figure = cells.get("telles", "")
        if figure and figure not in FIGURES:
            self.faults.append(Fault(row, "telles", Why.FIGURE, figure[:40]))
        return {**found, "unit": cells.get("enhet", ""), "target": cells.get("ønsket", ""), "figure": figure}

    def _day(self, row: int, text: str) -> date | None:
        found = read_day(text)
        if text and (found is None or not is_sensible(found)):
            self.faults.append(Fault(row, "dato", Why.DAY, text[:40]))
        return found

    def _number(self, row: int, text: str) -> str:
        found = read_number(text)
        if text and found is None:
            self.faults.append(Fault(row, "tall", Why.NUMBER, text[:40]))
        return found or ""

    def _state(self, row: int, text: str) -> str:
        states = {words: state for state, words in STATES.items()}
        if text and text.casefold() not in states:
            self.faults.append(Fault(row, "status", Why.STATE, text[:40]))
        return states.get(text.casefold(), State.PLANNED).value

    def _ended(self, row: int, cells: Mapping[str, str], day: date | None) -> date | None:
        text = cells.get("status", "")
        if text and text.casefold() != ENDED:
            self.faults.append(Fault(row, "status", Why.ENDED, text[:40]))
        if text and not cells.get("dato"):
            self.faults.append(Fault(row, "dato", Why.MISSING))
        if day and not text:
            self.faults.append(Fault(row, "dato", Why.OWN_ONLY, day.isoformat()))
        return day
