"""Signed webhooks: a message posted to a municipality's own system by the scheme of Standard Webhooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from webapp.gateways.folder import put
from webapp.gateways.posting import NOT_POSTED, TIMEOUT, Answer, post, signed

ACKNOWLEDGING = frozenset({200, 202})


class Webhook(Protocol):
    """Something that takes a message to a municipality's own system."""

    def send(self, message_id: str, body: bytes, at: datetime) -> bool:
        """Hand a JSON body on, signed at a time, and tell whether the system acknowledges it.

        Raise PermanentFault or TemporaryFault where it was not taken.
        """
        ...

    def hand(self, message_id: str, body: bytes, at: datetime) -> Answer:
        """Hand a JSON body on as `send` does, and answer all that came back: for a test message."""
        ...


@dataclass(frozen=True, slots=True)
class HttpWebhook:
    """Posts each message to an address, with a signature by each active secret: two while one takes over."""

    url: str = field(repr=False)
    secrets: tuple[bytes, ...] = field(repr=False)
    allow_private: bool = False
    authority: Path | None = None
    timeout: float = TIMEOUT

    def send(self, message_id: str, body: bytes, at: datetime) -> bool:
        """Post a message; it is acknowledged by 200 or 202 with `{"status": "acknowledged"}`."""
        answer = self.hand(message_id, body, at)
        return answer.status in ACKNOWLEDGING and answer.said.get("status") == "acknowledged"

    def hand(self, message_id: str, body: bytes, at: datetime) -> Answer:
        """Post a message, signed, and answer what came back."""
        headers = signed(message_id, at, body, *self.secrets)
        return post(self.url, body, headers, self.timeout, allow_private=self.allow_private, authority=self.authority)


@dataclass(frozen=True, slots=True)
class FolderWebhook:
    """Puts each message into a folder, under its id."""

    folder: Path

    def send(self, message_id: str, body: bytes, at: datetime) -> bool:  # noqa: ARG002 -- nobody checks a signature here
        """Write the file of a message; a folder acknowledges nothing."""
        put(self.folder, f"{message_id}.json", body)
        return False

    def hand(self, message_id: str, body: bytes, at: datetime) -> Answer:
        """Write the file of a message; nothing comes back."""
        self.send(message_id, body, at)
        return NOT_POSTED
