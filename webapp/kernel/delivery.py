"""What goes out of the house: a delivery, what takes it there, the two ways it fails, when it is tried again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from webapp.kernel.errors import AvklartError

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=6)
JITTER = 0.25
"""How much shorter or longer a wait may be, so that all that failed together is not tried again together."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that is handed to a gateway, perhaps not for the first time: its id is the same each time."""

    id: str
    municipality: str
    kind: str
    payload: Mapping[str, Any]
    attempt: int


Handler = Callable[[Delivery], bool | None]
"""What takes a kind of message out of the house; it returns when the message is the receiver's.

It answers True where the receiver has acknowledged the message, and not only taken it.
"""


class DeliveryFault(AvklartError):  # noqa: N818 -- a fault of the world outside, not an error of ours
    """It was not delivered; the message tells why by its kind, never what a receiver said or who it was."""


class PermanentFault(DeliveryFault):
    """It never will be delivered as it is: a bad address, too large, refused."""


class TemporaryFault(DeliveryFault):
    """It may be delivered another time; `wait` is how long the receiver asks to be left alone, six hours at most."""

    def __init__(self, what: str, wait: timedelta = timedelta(0)) -> None:
        super().__init__(what)
        self.wait = max(timedelta(0), min(wait, LONGEST_WAIT))


def wait_after(attempt: int, dice: Random, asked: timedelta = timedelta(0)) -> timedelta:
    """Answer how long to wait after a failed attempt, the first being 1, and never shorter than a receiver asked for.

    It is twice as long each time, and six hours at most.
    """
    longest = LONGEST_WAIT / (1 + JITTER)
    doubled = min(1 << (attempt - 1), longest // FIRST_WAIT + 1)
    ours = min(FIRST_WAIT * doubled, longest) * dice.uniform(1 - JITTER, 1 + JITTER)
    return max(ours, asked * dice.uniform(1, 1 + JITTER))
