"""The library of the request, and the bookshelf of a process that keeps it fresh."""

from __future__ import annotations

from threading import Lock
from time import monotonic
from typing import cast
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from webapp.content import queries
from webapp.content.domain.library import EMPTY, Library, Shelf
from webapp.kernel.clock import Clock, local_day
from webapp.kernel.errors import NotFoundError, StartError
from webapp.settings import Settings
from webapp.storage.session import Database
from webapp.web import tenancy

FRESH_SECONDS = 0.25


class Bookshelf:
    """What a process knows of published content; looks for more at most every quarter of a second."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._lock = Lock()
        self._shelf: Shelf = EMPTY
        self._libraries: dict[str, Library] = {}
        self._hosts: dict[str, str] = {}
        self._default = ""
        self._fresh_until = 0.0

    def freshen(self) -> None:
        """Take over what was published; raise StartError where nothing is known and nothing can be read."""
        if monotonic() < self._fresh_until or not self._lock.acquire(blocking=not self._shelf.versions):
            return
        try:
            if monotonic() >= self._fresh_until:
                self._take_over()
        finally:
            self._lock.release()

    def _take_over(self) -> None:
        try:
            with self._database.reading() as session:
                shelf = queries.bring_up_to_date(session, self._shelf)
        except SQLAlchemyError as error:
            if not self._shelf.versions:
                raise StartError("no published content can be read") from error
            shelf = self._shelf  # go on with what is known
        if shelf is not self._shelf:
            hosts = {host: found.code for found in shelf.municipalities() for host in found.hosts}
            self._hosts = hosts
            first = next(iter(hosts.values()), "")
            self._default = hosts.get(self._settings.base_host) or hosts.get("localhost") or first
            self._libraries = {}
            self._shelf = shelf
        if not shelf.versions:
            raise StartError("no content is published: run `avklart content import`")
        self._fresh_until = monotonic() + FRESH_SECONDS

    def codes(self) -> list[str]:
        """Answer the codes of all municipalities."""
        return list(self._shelf.versions)

    def code_of(self, host: str) -> str | None:
        """Answer the municipality of a host name; in the demonstration an unknown one gets the default."""
        if host == self._settings.base_host:
            return self._default
        return self._hosts.get(host) or (self._default if self._settings.is_demo else None)

    def key_of(self, code: str) -> tuple[int, int]:
        """Answer what a municipality's cached pages are keyed by: content version and local day."""
        return self._shelf.versions[code], local_day(self._clock.now()).toordinal()

    def tenant(self, code: str) -> Library:
        """Answer a municipality's library, made once a version."""
        shelf, libraries = self._shelf, self._libraries
        found = libraries.get(code)
        if found is None:
            found = libraries[code] = shelf.library(code)
        return found

    def base_url(self, code: str) -> str:
        """Answer the address under which a municipality's pages are linked from outside."""
        if code == self._default:
            return self._settings.base_url
        address = urlsplit(self._settings.base_url)
        host = self.tenant(code).municipality.hosts[0]
        return f"{address.scheme}://{host}{f':{address.port}' if address.port else ''}"


def library() -> Library:
    """Answer what the readers of this request see."""
    found = tenancy.tenant()
    if found is None:
        raise NotFoundError
    return cast("Library", found)


def base_url() -> str:
    """Answer the address under which this municipality's pages are linked from outside."""
    return tenancy.directory().base_url(library().code)
