"""A request that changes something must come from our own pages, as the browser tells it (C1)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import Forbidden

from webapp.web.tenancy import settings


def own_origin() -> str:
    """Answer scheme, host and port under which the browser sees this site."""
    return f"{urlsplit(settings().base_url).scheme}://{request.host.lower()}"


def _is_own(page: str) -> bool:
    """Tell whether an address is one of ours; compared as it is written, for whoever writes it may write anything."""
    return f"{page.lower()}/".startswith(f"{own_origin()}/")


def says_same_origin() -> bool:
    """Tell whether the browser itself says that the request comes from our own pages; all of today's do."""
    origin = request.headers.get("Origin")
    return request.headers.get("Sec-Fetch-Site") == "same-origin" or (origin or "").lower() == own_origin()


def require_same_origin() -> None:
    """Refuse what a browser sends from another site.

    Every browser names the page that it sends from, by one of three headers; what names none is no browser, and has
    no cookie of anybody's to misuse.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    referrer = request.headers.get("Referer")
    if fetch_site not in {None, "same-origin"}:
        raise Forbidden
    if origin is not None and origin.lower() != own_origin():
        raise Forbidden
    if origin is None and referrer is not None and not _is_own(referrer):
        raise Forbidden
