"""What `avklart doctor` looks at, in the order in which one thing stands on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from webapp.kernel.clock import Clock
from webapp.kernel.errors import AvklartError
from webapp.operations.checks import database, files, upkeep, world
from webapp.operations.checks.patient import Patient
from webapp.operations.domain import Level, Observation, fault
from webapp.settings import Settings
from webapp.storage.session import Database


@dataclass(frozen=True, slots=True)
class _Check:
    look: Callable[[Patient], Iterator[Observation]]
    needs_database: bool = True


CHECKS = (
    _Check(files.addresses, needs_database=False),
    _Check(files.secrets, needs_database=False),
    _Check(files.room, needs_database=False),
    _Check(files.seals, needs_database=False),
    _Check(files.systems, needs_database=False),
    _Check(world.mail, needs_database=False),
    _Check(world.counting, needs_database=False),
    _Check(database.library, needs_database=False),
    _Check(database.there),
    _Check(database.whole),
    _Check(database.keys),
    _Check(database.clock),
    _Check(database.content),
    _Check(upkeep.processes),
    _Check(upkeep.jobs),
    _Check(upkeep.outbox),
    _Check(upkeep.audit),
    _Check(upkeep.backups),
    _Check(upkeep.erasures),
)
"""What cannot be looked at while the database is away is left out: its own fault says why."""


def examine(settings: Settings, opened: Database, clock: Clock) -> Iterator[Observation]:
    """Look at everything; a look that fails is a fault of its own, and the others go on."""
    patient = Patient(settings, opened, clock)
    is_there = True
    for check in CHECKS:
        if check.needs_database and not is_there:
            continue
        try:
            found = list(check.look(patient))
        except (AvklartError, SQLAlchemyError, OSError) as error:
            said = str(error) if isinstance(error, AvklartError) else type(error).__name__
            name = check.look.__name__
            found = [fault(name, f"could not be looked at: {said}", "see the other observations, and the log")]
        yield from found
        if check.look is database.there:
            is_there = not any(one.level is Level.FAULT for one in found)
