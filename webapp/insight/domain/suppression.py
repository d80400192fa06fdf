"""Which figures may be shown, so that no hidden one can be reckoned from the others (IN-2).

A table has months down and categories across. A month is published when it is over, by itself: what is small is hidden,
and as much more as it takes. When the year is over its totals are published beside all its months. What is hidden then
is the unknown part of a table whose sums are known; a hidden cell can be reckoned where no other table fits the same
sums. Tables that fit differ by one along closed ways through hidden cells, so a cell is safe where such a way goes
through it (`_is_free`). Zeros are no secret, and a reader is taken to know that a hidden cell is at least one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from webapp.kernel.suppression import FEWEST, is_hard_to_reckon

_REST, _UNPUBLISHED = "rest", "unpublished"
Node = tuple[str, str]
"""A month, or the months that are hidden together; a category, or those without a total of the year together."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one time as they may be seen: None for what is hidden."""

    total: int | None
    cells: Mapping[str, int | None]

    @property
    def is_hidden(self) -> bool:
        """Tell whether nothing of it is shown: there were too few."""
        return self.total is None and all(cell is None for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class _Edge:
    """A hidden cell between its month and its category."""

    row: Node
    column: Node
    number: int
    is_secret: bool = True
    can_grow: bool = True
    """Whether it could be one more, for all that a reader knows."""

    @property
    def can_shrink(self) -> bool:
        """Tell whether it could be one less: a hidden cell is at least one."""
        return self.number != 1


def month(counts: Mapping[str, int]) -> Figures:
    """Answer the figures of one month by themselves; what they show never depends on another month."""
    total = sum(counts.values())
    if total == 0:
        return Figures(0, dict(counts))
    hidden = {word for word, number in counts.items() if 0 < number < FEWEST}
    for word in sorted((word for word in counts if counts[word] >= FEWEST), key=lambda word: (counts[word], word)):
        if is_hard_to_reckon([counts[one] for one in hidden]):
            break
        hidden.add(word)
    if total < FEWEST or not is_hard_to_reckon([counts[one] for one in hidden]):
        return Figures(None, dict.fromkeys(counts))
    return Figures(total, {word: None if word in hidden else number for word, number in counts.items()})


def year(months: Sequence[Mapping[str, int]]) -> Figures:
    """Answer the totals of a year that is over, published beside all its months."""
    words = sorted({word for counts in months for word in counts})
    sums = {word: sum(counts.get(word, 0) for counts in months) for word in words}
    edges, small = _hidden_cells(months)
    rest = sum(number for counts in small for number in counts.values())
    is_total_shown = not small or (len(small) > 1 and rest >= FEWEST and len(small) < rest < (FEWEST - 1) * len(small))
    parts: dict[str, list[_Edge]] = {}
    for edge in edges:
        parts.setdefault(edge.column[1], []).append(edge)
    told = {word for word, cells in parts.items() if _may_be_summed(cells)}
    while True:
        graph = [edge if edge.column[1] in told else replace(edge, column=(_UNPUBLISHED, "")) for edge in edges]
        if not is_total_shown:
            graph.append(_unknown_total(rest, len(small)))
        open_ones = {edge.column[1] for edge in graph if edge.is_secret and not _is_free(edge, graph)}
        apart = sum(edge.number for edge in graph if edge.column[0] == _UNPUBLISHED and edge.number)
        is_thin = is_total_shown and 0 < apart < FEWEST
        if not open_ones and not is_thin:
            break
        least = sorted(told, key=lambda word: (sums[word], word))[:1]
        if told & open_ones:
            told -= open_ones
        elif least:
            told -= set(least)
        elif is_total_shown and small:
            is_total_shown = False
        else:
            return Figures(None, dict.fromkeys(words))
    hidden = set(parts) - told
    return Figures(
        sum(sums.values()) if is_total_shown else None,
        {word: None if word in hidden else number for word, number in sums.items()},
    )


def _hidden_cells(months: Sequence[Mapping[str, int]]) -> tuple[list[_Edge], list[Mapping[str, int]]]:
    """Answer the hidden cells, those of months without any figure gathered, and what those months counted."""
    edges: list[_Edge] = []
    small: list[Mapping[str, int]] = []
    for number, counts in enumerate(months):
        found = month(counts)
        if found.is_hidden and any(counts.values()):
            small.append(counts)
            continue
        hidden = [word for word, cell in found.cells.items() if cell is None]
        edges += [_Edge(("month", str(number)), ("category", word), counts[word]) for word in hidden]
    for word in sorted({word for counts in small for word in counts}):
        gathered = sum(counts.get(word, 0) for counts in small)
        if gathered:
            is_spread = len(small) > 1 and FEWEST <= gathered < (FEWEST - 1) * len(small)
            edges.append(_Edge((_REST, ""), ("category", word), gathered, is_secret=not is_spread))
    return edges, small


def _may_be_summed(cells: Sequence[_Edge]) -> bool:
    """Tell whether the sum of the hidden cells of a category says nothing of one of them."""
    is_secret = any(cell.is_secret for cell in cells)
    return not is_secret or is_hard_to_reckon([cell.number for cell in cells])


def _unknown_total(rest: int, months: int) -> _Edge:
    """Answer the total that is not shown, as what is lacking to it: each hidden month has from one to four.

    It is the total itself that must not be reckoned: where it grows, what is lacking shrinks.
    """
    number = 0 if rest < (FEWEST - 1) * months else 1
    return _Edge((_REST, ""), (_UNPUBLISHED, ""), number, can_grow=rest > months)


def _is_free(edge: _Edge, graph: Sequence[_Edge]) -> bool:
    """Tell whether a cell can be another number in a table with the same sums."""
    ways: dict[Node, list[Node]] = {}
    for one in graph:
        if one is edge:
            continue
        if one.can_grow:
            ways.setdefault(one.row, []).append(one.column)
        if one.can_shrink:
            ways.setdefault(one.column, []).append(one.row)
    grows = edge.can_grow and _reaches(edge.column, edge.row, ways)
    return grows or (edge.can_shrink and _reaches(edge.row, edge.column, ways))


def _reaches(start: Node, end: Node, ways: Mapping[Node, Sequence[Node]]) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        if here == end:
            return True
        fresh = [node for node in ways.get(here, ()) if node not in seen]
        seen.update(fresh)
        waiting += fresh
    return False
