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
from webapp.kernel.memory import give_back
from webapp.settings import Settings
from webapp.storage.session import Database
from webapp.web import tenancy

FRESH_SECONDS = 0.25


class _Known:
    """What is known at one time; replaced whole, so that no reader gets parts of two publications."""

    def __init__(self, shelf: Shelf, base_host: str) -> None:
        self.shelf = shelf
        self.libraries: dict[str, Library] = {}
        self.hosts = {host: found.code for found in shelf.municipalities() for host in found.hosts}
        first = next(iter(self.hosts.values()), "")
        self.default = self.hosts.get(base_host) or self.hosts.get("localhost") or first

    def library(self, code: str) -> Library:
        """Answer a municipality's library, made once."""
        found = self.libraries.get(code)
        if found is None:
            found = self.libraries[code] = self.shelf.library(code)
        return found


class Bookshelf:
    """What a process knows of published content; looks for more at most every quarter of a second."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._lock = Lock()
        self._known = _Known(EMPTY, "")
        self._fresh_until = 0.0

    def freshen(self) -> None:
        """Take over what was published; raise StartError where nothing is known and nothing can be read."""
        if monotonic() < self._fresh_until or not self._lock.acquire(blocking=not self._known.shelf.versions):
            return
        try:
            if monotonic() >= self._fresh_until:
                self._take_over()
        finally:
            self._lock.release()

    def _take_over(self) -> None:
        known = self._known.shelf
        try:
            with self._database.reading() as session:
                shelf = queries.bring_up_to_date(session, known)
        except (SQLAlchemyError, StartError) as error:
            if not known.versions:
                raise StartError("no published content can be read") from error
            shelf = known  # go on with what is known
        if not shelf.versions and not known.versions:
            raise StartError("no content is published: run `avklart content import`")
        if shelf is not known and shelf.versions:  # a database that was emptied takes nothing from the readers
            self._known = _Known(shelf, self._settings.base_host)
            give_back()
        self._fresh_until = monotonic() + FRESH_SECONDS

    def codes(self) -> list[str]:
        """Answer the codes of all municipalities."""
        return list(self._known.shelf.versions)

    def code_of(self, host: str) -> str | None:
        """Answer the municipality of a host name; in the demonstration an unknown one gets the default."""
        known = self._known
        if host == self._settings.base_host:
            return known.default
        return known.hosts.get(host) or (known.default if self._settings.is_demo else None)

    def key_of(self, code: str) -> tuple[int, int]:
        """Answer what a municipality's cached pages are keyed by: content version and local day."""
        return self._known.shelf.versions[code], local_day(self._clock.now()).toordinal()

    def tenant(self, code: str) -> Library:
        """Answer a municipality's library, made once a version."""
        return self._known.library(code)

    def shelf(self) -> Shelf:
        """Answer everything that is published, as this process knows it."""
        return self._known.shelf

    def base_url(self, code: str) -> str:
        """Answer the address under which a municipality's pages are linked from outside."""
        if code == self._known.default:
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


def shelf() -> Shelf:
    """Answer everything that is published on this installation."""
    return cast("Bookshelf", tenancy.directory()).shelf()


def base_url() -> str:
    """Answer the address under which this municipality's pages are linked from outside."""
    return tenancy.directory().base_url(library().code)
