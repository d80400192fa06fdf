"""One transaction a request: a reading view cannot write, a writing view commits when it has done what was asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, cast

from flask import Flask, Response, current_app, g
from sqlalchemy.orm import Session

from webapp.kernel.clock import Clock
from webapp.storage.session import Database

P = ParamSpec("P")
DATABASE = "avklart.database"
CLOCK = "avklart.clock"


class _RefusedError(Exception):
    """Carries the answer of a view that refused: what it had begun is rolled back."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def _require_done(response: Response) -> None:
    if response.status_code >= 400:
        raise _RefusedError(response)


def database() -> Database:
    """Answer the database of this application."""
    return cast("Database", current_app.extensions[DATABASE])


def now() -> datetime:
    """Answer the time of the request: one and the same from its beginning to its end."""
    if "now" not in g:
        g.now = cast("Clock", current_app.extensions[CLOCK]).now()
    return cast("datetime", g.now)


def db() -> Session:
    """Answer the database session of the view."""
    return cast("Session", g.db)


def reading(view: Callable[P, Response]) -> Callable[P, Response]:
    """Give a view one state of the database; it cannot write."""

    @wraps(view)
    def read(*args: P.args, **kwargs: P.kwargs) -> Response:
        with database().reading() as session:
            g.db = session
            return view(*args, **kwargs)

    return read


def writing(view: Callable[P, Response]) -> Callable[P, Response]:
    """Give a view a transaction that is committed with an answer below 400, and rolled back otherwise."""

    @wraps(view)
    def write(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            with database().writing() as session:
                g.db = session
                response = view(*args, **kwargs)
                _require_done(response)
                return response
        except _RefusedError as refused:
            return refused.response

    return write


def install(app: Flask, of: Database, clock: Clock) -> None:
    """Give the application its database and its clock."""
    app.extensions[DATABASE] = of
    app.extensions[CLOCK] = clock
