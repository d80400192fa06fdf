"""A municipality's FHIR server: a transaction Bundle is posted to its base, again and again under one id."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from webapp.gateways.folder import put
from webapp.gateways.posting import NOT_POSTED, TIMEOUT, Answer, post
from webapp.kernel.delivery import TemporaryFault

HEADERS = {
    "Content-Type": "application/fhir+json",
    "Accept": "application/fhir+json",
    "Prefer": "return=minimal",
}
ACKNOWLEDGING = frozenset({200, 201})


class FhirEndpoint(Protocol):
    """Something that takes a Bundle to a municipality's FHIR server."""

    def send(self, message_id: str, bundle: bytes) -> bool:
        """Hand a transaction Bundle on, and tell whether the server acknowledges it.

        Raise PermanentFault or TemporaryFault where it was not taken.
        The Bundle says itself, by `ifNoneExist`, what is not to be made twice.
        """
        ...

    def hand(self, message_id: str, bundle: bytes) -> Answer:
        """Hand a Bundle on as `send` does, and answer all that came back: for a test message."""
        ...


@dataclass(frozen=True, slots=True)
class HttpFhirEndpoint:
    """Posts each Bundle to a FHIR base.

    A token in a file is read each time: such tokens are short-lived, and something of the operator's writes the newest
    one. A token that the municipality has given us itself is `token`.
    """

    url: str = field(repr=False)
    token_file: Path | None = None
    allow_private: bool = False
    authority: Path | None = None
    timeout: float = TIMEOUT
    token: str = field(default="", repr=False)

    def send(self, message_id: str, bundle: bytes) -> bool:
        """Post a Bundle; it is acknowledged by the response to a transaction, or by the place of what was made."""
        answer = self.hand(message_id, bundle)
        kind = (answer.said.get("resourceType"), answer.said.get("type"))
        return answer.status in ACKNOWLEDGING and (answer.has_location or kind == ("Bundle", "transaction-response"))

    def hand(self, message_id: str, bundle: bytes) -> Answer:
        """Post a Bundle, and answer what came back."""
        headers = {**HEADERS, "X-Request-Id": message_id, **self._proof()}
        return post(self.url, bundle, headers, self.timeout, allow_private=self.allow_private, authority=self.authority)

    def _proof(self) -> dict[str, str]:
        if self.token_file is None:
            return {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            return {"Authorization": f"Bearer {self.token_file.read_text('ascii').strip()}"}
        except (OSError, UnicodeDecodeError):
            raise TemporaryFault("token file cannot be read") from None


@dataclass(frozen=True, slots=True)
class FolderFhirEndpoint:
    """Puts each Bundle into a folder, under its id."""

    folder: Path

    def send(self, message_id: str, bundle: bytes) -> bool:
        """Write the file of a Bundle; a folder acknowledges nothing."""
        put(self.folder, f"{message_id}.json", bundle)
        return False

    def hand(self, message_id: str, bundle: bytes) -> Answer:
        """Write the file of a Bundle; nothing comes back."""
        self.send(message_id, bundle)
        return NOT_POSTED
