"""One transaction a request: a reading view cannot write, and nothing is kept of what was refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Response, abort, render_template_string
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.conftest import NOON
from tests.factories.people import Browser
from webapp.app import Avklart
from webapp.kernel.clock import FixedClock
from webapp.kernel.errors import ConflictError, NotFoundError, TooManyError
from webapp.storage.tallies import TallyRow
from webapp.web.access import entrance
from webapp.web.transactions import db, now, reading, writing

View = Callable[[], Response]


def write() -> None:
    """Write something."""
    db().add(TallyRow(key="written", number=1, until=NOON))


def is_written(site: Avklart) -> bool:
    """Tell whether something was kept."""
    with site.database.reading() as session:
        return session.scalar(select(TallyRow.key)) is not None


def send(site: Avklart, view: View, method: str = "POST") -> tuple[int, str]:
    """Send a request to a view; answer status and text."""
    site.flask.add_url_rule("/view", "view", entrance(view), methods=["GET", "POST"])
    answer = Browser(site).raw("/view", method)
    return answer.status_code, answer.text


@pytest.mark.parametrize("status", [200, 201, 204, 302, 303, 399])
def test_what_a_writing_view_did_is_kept_with_a_good_answer(avklart: Avklart, status: int) -> None:
    @writing
    def view() -> Response:
        write()
        return Response("done", status)

    assert send(avklart, view)[0] == status
    assert is_written(avklart)


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 422, 429, 500, 503])
def test_nothing_is_kept_where_the_view_answers_that_it_did_not_do_it(avklart: Avklart, status: int) -> None:
    @writing
    def view() -> Response:
        write()
        db().flush()
        return Response("what is wrong", status)

    assert send(avklart, view) == (status, "what is wrong")
    assert not is_written(avklart)


RAISED: dict[str, tuple[Exception, int]] = {
    "not there": (NotFoundError(), 404),
    "changed": (ConflictError(), 409),
    "too many": (TooManyError(5), 429),
    "busy": (OperationalError("x", {}, RuntimeError()), 503),
    "a fault": (ZeroDivisionError(), 500),
}


@pytest.mark.parametrize("case", RAISED)
def test_nothing_is_kept_where_something_is_raised(avklart: Avklart, case: str) -> None:
    error, status = RAISED[case]

    @writing
    def view() -> Response:
        write()
        db().flush()
        raise error

    assert send(avklart, view)[0] == status
    assert not is_written(avklart)


def test_nothing_is_kept_where_the_page_cannot_be_made(avklart: Avklart) -> None:
    @writing
    def view() -> Response:
        write()
        return Response(render_template_string("{{ nothing }}"))

    assert send(avklart, view)[0] == 500
    assert not is_written(avklart)


def test_nothing_is_kept_where_a_view_aborts(avklart: Avklart) -> None:
    @writing
    def view() -> Response:
        write()
        abort(403)

    assert send(avklart, view)[0] == 403
    assert not is_written(avklart)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_reading_view_cannot_write(avklart: Avklart, method: str) -> None:
    @reading
    def view() -> Response:
        write()
        db().flush()
        return Response("written")

    assert send(avklart, view, method)[0] == 503
    assert not is_written(avklart)


def test_what_a_reading_view_adds_without_a_look_is_forgotten(avklart: Avklart) -> None:
    @reading
    def view() -> Response:
        write()
        return Response("read")

    assert send(avklart, view) == (200, "read")
    assert not is_written(avklart)


@pytest.mark.parametrize("kept", [reading, writing])
def test_a_view_keeps_its_name_and_its_parameters(kept: Callable[[Callable[..., Response]], View]) -> None:
    def view(staff_id: str) -> Response:
        """Say who it is."""
        return Response(staff_id)

    assert kept(view).__name__ == "view"
    assert kept(view).__doc__ == "Say who it is."


def test_it_is_one_and_the_same_time_from_the_beginning_of_a_request_to_its_end(
    avklart: Avklart, clock: FixedClock
) -> None:
    @writing
    def view() -> Response:
        before = now()
        clock.time += timedelta(hours=1)
        return Response(f"{before == now() == NOON}")

    assert send(avklart, view) == (200, "True")
    assert Browser(avklart).raw("/view", "POST").text == "False"
