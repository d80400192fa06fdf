"""Which municipality a request is for, by its host name; the room that knows them is asked through a port."""

from __future__ import annotations

from datetime import date
from typing import Protocol, cast

from flask import Flask, current_app, g, request
from werkzeug.exceptions import MisdirectedRequest, ServiceUnavailable

from webapp.kernel.errors import StartError
from webapp.settings import Settings

EXTENSION = "avklart.directory"


class Tenant(Protocol):
    """A municipality as the web glue needs it; rooms ask for the whole library."""

    @property
    def code(self) -> str:
        """The municipality's code."""
        ...

    @property
    def version(self) -> int:
        """The version of its published content."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """Its languages, the first one first."""
        ...


class Directory(Protocol):
    """What knows the municipalities and how fresh its knowledge is."""

    def freshen(self) -> None:
        """Look for a publication, at most every quarter of a second."""
        ...

    def codes(self) -> list[str]:
        """Answer the codes of all municipalities."""
        ...

    def code_of(self, host: str) -> str | None:
        """Answer the municipality of a host name (without port), or None where it is not ours."""
        ...

    def key_of(self, code: str) -> tuple[int, int]:
        """Answer what a municipality's cached pages are keyed by: content version and local day."""
        ...

    def tenant(self, code: str) -> Tenant:
        """Answer a municipality with everything that its readers see."""
        ...

    def base_url(self, code: str) -> str:
        """Answer the address under which a municipality's pages are linked from outside."""
        ...


def directory() -> Directory:
    """Answer the directory of this application."""
    return cast("Directory", current_app.extensions[EXTENSION])


def settings() -> Settings:
    """Answer the settings of this application."""
    return cast("Settings", current_app.extensions["avklart.settings"])


def tenant() -> Tenant | None:
    """Answer the municipality of the request, or None where there is none (an unknown host, a fault)."""
    return cast("Tenant | None", g.get("tenant"))


def day() -> date:
    """Answer the local day on which the request began: its page says nothing of another."""
    return cast("date", g.day)


def host_name(host: str) -> str:
    """Answer a Host header's name: small letters, no port, no final dot."""
    name = host.lower().rsplit("]", 1)[0] + "]" if host.startswith("[") else host.lower().split(":", 1)[0]
    return name.rstrip(".")


def install(app: Flask) -> None:
    """Find the municipality before every request but the operator's own."""

    @app.before_request
    def find() -> None:
        if request.path in {"/healthz", "/readyz", "/metrics"}:
            return
        try:
            directory().freshen()
            code = directory().code_of(host_name(request.environ.get("HTTP_HOST", "")))
            if code:
                g.day = date.fromordinal(directory().key_of(code)[1])
                g.tenant = directory().tenant(code)
        except (StartError, KeyError) as error:
            raise ServiceUnavailable(retry_after=5) from error
        if tenant() is None:
            raise MisdirectedRequest
