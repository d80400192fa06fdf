"""The receivers: the ways to each municipality's own systems, as the operator's file or the demonstration has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from webapp.gateways.archive import FolderArchive
from webapp.gateways.fhir_endpoint import FolderFhirEndpoint
from webapp.gateways.receiver_settings import Own, Ways, load_ways
from webapp.gateways.webhook import FolderWebhook
from webapp.settings import Settings

__all__ = ["Own", "Receivers", "Receiving", "Ways", "receivers"]


class Receiving(Protocol):
    """What knows the ways to the systems of every municipality."""

    def of(self, municipality: str) -> Ways:
        """Answer the ways to a municipality's systems; one that it does not have is None."""
        ...


@dataclass(frozen=True, slots=True)
class Receivers:
    """The ways to the systems of every municipality."""

    ways: Mapping[str, Ways] = field(default_factory=dict)
    folder: Path | None = None
    """Where the demonstration keeps a folder for each municipality instead."""

    def of(self, municipality: str) -> Ways:
        """Answer the ways to a municipality's systems; one that it does not have is None."""
        if self.folder is None:
            return self.ways.get(municipality, Ways())
        ours = self.folder / municipality
        return Ways(
            FolderWebhook(ours / "webhook"),
            FolderFhirEndpoint(ours / "fhir"),
            FolderArchive(ours / "archive", may_make=True),
            Own(),
        )


def receivers(settings: Settings) -> Receivers:
    """Answer the receivers that the settings name; raise StartError with every fault of their file at once."""
    if settings.receivers_file is not None:
        return Receivers(load_ways(settings.receivers_file, allow_loopback=settings.is_demo))
    return Receivers(folder=settings.data / "out" if settings.is_demo else None)
