"""Text messages: posted to the municipality's sender of messages; in the demonstration they are put into a folder."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from webapp.gateways.folder import put
from webapp.gateways.posting import TIMEOUT, post, signed
from webapp.kernel.clock import Clock, SystemClock
from webapp.kernel.errors import InvalidError
from webapp.settings import Settings

_BESIDE = re.compile(r"[\s\-–.()/]+")
_NORWEGIAN = re.compile(r"(?:\+47)?([2-9][0-9]{7})")
_FOREIGN = re.compile(r"\+(?!47)[1-9][0-9]{7,14}")


@dataclass(frozen=True, slots=True)
class Sms:
    """A text message to one person; it holds no health data and names nobody (M1)."""

    id: str
    to: str
    text: str


class Texter(Protocol):
    """Something that takes text messages out of the house."""

    def send(self, sms: Sms) -> None:
        """Hand a message on; raise PermanentFault or TemporaryFault where it was not taken."""
        ...


@dataclass(frozen=True, slots=True)
class HttpTexter:
    """Posts each message as JSON to an address, signed."""

    url: str = field(repr=False)
    secret: bytes = field(repr=False)
    timeout: float = TIMEOUT
    clock: Clock = field(default_factory=SystemClock)
    allow_private: bool = False

    def send(self, sms: Sms) -> None:
        """Post a message."""
        body = json.dumps({"id": sms.id, "to": sms.to, "text": sms.text}, ensure_ascii=False).encode()
        headers = signed(sms.id, self.clock.now(), body, self.secret)
        post(self.url, body, headers, self.timeout, allow_private=self.allow_private)


@dataclass(frozen=True, slots=True)
class FolderTexter:
    """Puts each message into a folder, under its id."""

    folder: Path

    def send(self, sms: Sms) -> None:
        """Write the file of a message."""
        put(self.folder, f"{sms.id}.txt", f"Til: {sms.to}\nId: {sms.id}\n\n{sms.text}\n".encode())


def texter(settings: Settings) -> Texter | None:
    """Answer what sends text messages; None where production has nothing that does."""
    if settings.sms_url:
        return HttpTexter(settings.sms_url, settings.sms_secret)
    return FolderTexter(settings.data / "sms") if settings.is_demo else None


def number_of(written: str) -> str:
    """Answer a telephone number as +4761359000, from what somebody wrote; raise InvalidError where it is none."""
    plain = re.sub("^00", "+", _BESIDE.sub("", written[:40]))
    if norwegian := _NORWEGIAN.fullmatch(plain):
        return f"+47{norwegian[1]}"
    if _FOREIGN.fullmatch(plain):
        return plain
    raise InvalidError("allowed: eight digits, or a number of another country that begins with + and its code")
