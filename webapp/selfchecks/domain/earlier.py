"""What somebody answered at an earlier time and has brought back, and why it may be of no use (SJ-8b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from webapp.selfchecks.domain.answers import Answers


class EarlierFault(StrEnum):
    """Why what was brought cannot be laid beside a result."""

    NONE = "none"
    TOO_LARGE = "too large"
    NO_RESULT = "no result"
    """It is no file of ours, or somebody has changed it."""
    ANOTHER = "another self-check"
    ANOTHER_VERSION = "another version"


class EarlierError(Exception):
    """What was brought cannot be used."""

    def __init__(self, fault: EarlierFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was answered at an earlier time."""

    at: datetime
    answers: Answers
