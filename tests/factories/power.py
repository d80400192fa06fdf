"""A disk that forgets: of what was not synced when the power went, any part may be there and any may not (F02)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from random import Random

from tests.factories.recorded import Named, Shortened, Step, Synced, Written

SECTOR = 512


class Disk:
    """What is surely on a disk, and what was done since and may be there or not."""

    def __init__(self, first: Mapping[str, bytes]) -> None:
        self.names = {name: number for number, name in enumerate(first)}
        self.contents = defaultdict(bytearray, {number: bytearray(data) for number, data in enumerate(first.values())})
        self.waiting: defaultdict[int, list[Written | Shortened]] = defaultdict(list)
        self.names_waiting: list[Named] = []

    def take(self, step: Step) -> None:
        """Take the next step."""
        if isinstance(step, Written | Shortened):
            self.waiting[step.file].append(step)
        elif isinstance(step, Named):
            self.names_waiting.append(step)
        else:
            for one in self.waiting.pop(step.file, []):
                _do(self.contents[step.file], one)
        if isinstance(step, Synced | Named) and step.with_folder:
            for named in self.names_waiting:
                _rename(self.names, named)
            self.names_waiting = []

    def after_power_loss(self, dice: Random) -> dict[str, bytes]:
        """Answer the files as they may be found: any part of what was not synced, pages torn by sectors."""
        chance, names = dice.choice((0.0, 0.1, 0.5, 0.9, 1.0)), dict(self.names)
        for named in self.names_waiting:
            if dice.random() < chance:
                _rename(names, named)
        return {name: self._found(number, chance, dice) for name, number in names.items()}

    def _found(self, number: int, chance: float, dice: Random) -> bytes:
        content = bytearray(self.contents[number])
        for step in self.waiting.get(number, []):
            if dice.random() >= chance:
                continue
            if isinstance(step, Shortened) or dice.random() < 0.5:
                _do(content, step)
            else:
                for sector in _sectors(step):
                    if dice.random() < 0.5:
                        _do(content, sector, dice)
        return bytes(content)


def _do(content: bytearray, step: Written | Shortened, dice: Random | None = None) -> None:
    """Do to a file what was done; what lies between its end and what is written may be anything on a real disk."""
    end = step.size if isinstance(step, Shortened) else step.at
    if len(content) < end:
        lacking = end - len(content)
        content += dice.randbytes(lacking) if dice and dice.random() < 0.5 else bytes(lacking)
    if isinstance(step, Shortened):
        del content[step.size :]
    else:
        content[step.at : step.at + len(step.data)] = step.data


def _sectors(step: Written) -> Iterator[Written]:
    """Cut what was written at the borders of sectors."""
    at, end = step.at, step.at + len(step.data)
    while at < end:
        upto = min(end, (at // SECTOR + 1) * SECTOR)
        yield Written(step.file, at, step.data[at - step.at : upto - step.at])
        at = upto


def _rename(names: dict[str, int], step: Named) -> None:
    if step.file is None:
        names.pop(step.name, None)
    else:
        names[step.name] = step.file
