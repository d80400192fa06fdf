"""The command line: `avklart run`, `worker`, `migrate`, and the groups of the rooms."""

from __future__ import annotations

import gc
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from importlib import import_module
from pathlib import Path

import click
from sqlalchemy.exc import DatabaseError, OperationalError

from webapp import __version__
from webapp.agreements import demo as agreements
from webapp.agreements.cli import retention
from webapp.audit.cli import audit, record_rotation
from webapp.content.cli import content, import_folder
from webapp.identity import demo
from webapp.identity.cli import user
from webapp.insight import demo as figures
from webapp.kernel.clock import SystemClock
from webapp.kernel.errors import StartError
from webapp.operations.cli import backup, doctor, restore
from webapp.papers import Papers
from webapp.referrals import demo as cases
from webapp.selfchecks.cli import import_fhir
from webapp.settings import Settings, environ_for_child, load
from webapp.storage.cli import keys
from webapp.storage.keys import open_keys
from webapp.storage.outbox_operations import wait_from
from webapp.storage.schema import go_back, require_any
from webapp.storage.schema import migrate as bring_up_to_date
from webapp.storage.session import Database
from webapp.web import logs

MOST_FAULTS_SHOWN = 40


@click.group()
@click.version_option(__version__, prog_name="avklart")
@click.pass_context
def cli(context: click.Context) -> None:
    """Avklart: who does what when someone grows old."""
    context.obj = record_rotation


for group in (content, keys, audit, user, retention, backup, restore, doctor):
    cli.add_command(group)
content.add_command(import_fhir)


@cli.command()
@click.option("--new", "is_new", is_flag=True, help="Make a new database; production makes none without being told.")
@click.option("--to", metavar="REVISION", help="Go to an older schema instead, to run the release before this one.")
def migrate(to: str | None, *, is_new: bool) -> None:
    """Bring the database to the newest schema."""
    settings = load()
    _make_data_folder(settings)
    with closing(Database(settings.database_url, may_be_made=settings.is_demo or is_new)) as database:
        if not settings.is_demo and not is_new:
            require_any(database)
        if to is None:
            changed = bring_up_to_date(database)
            click.echo("migrated" if changed else "already the newest")
        else:
            go_back(database, to)
            click.echo(f"the database has schema {to}")


@cli.command()
def worker() -> None:
    """Run the background worker alone."""
    from webapp import worker as process  # noqa: PLC0415 -- only this command needs it

    process.main()


def _make_data_folder(settings: Settings) -> None:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(f"the data folder {settings.data} cannot be made: {error.strerror}") from None


def prepare(settings: Settings) -> None:
    """Make the data folder, the newest schema and the newest content; keep what is there where files are broken."""
    _make_data_folder(settings)
    database = Database(settings.database_url, may_be_made=settings.is_demo)
    if not settings.is_demo:
        require_any(database)
    bring_up_to_date(database)
    done, faults = import_folder(database, settings.content)
    open_keys(database, settings, SystemClock())
    if settings.is_demo:
        demo.add_people(database, at=SystemClock().now())
        added = cases.add_cases(database, at=SystemClock().now())
        papers = Papers(settings, SystemClock())
        added += agreements.add_agreements(database, papers.text_of, at=SystemClock().now())
        papers.close()
        if added:
            with database.writing() as session:
                wait_from(session, SystemClock().now())
        figures.add_insight(database, at=SystemClock().now())
    else:
        demo.refuse_people(database)
    database.close()
    for fault in faults[:MOST_FAULTS_SHOWN]:
        click.echo(str(fault), err=True)
    if faults:
        number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        click.echo(f"{number} in {settings.content}: the site goes on with the content it had", err=True)
    elif done and done.touched:
        click.echo(f"content: {len(done.added)} added, {len(done.changed)} changed, {len(done.removed)} removed")


@cli.command()
@click.option("--no-worker", is_flag=True, help="Serve the web only.")
def run(*, no_worker: bool) -> None:
    """Serve web and worker until stopped (Ctrl-C or SIGTERM)."""
    signal.signal(signal.SIGTERM, _stop)  # until the server takes over: a start that is stopped leaves nothing behind
    settings = load()
    _require_free(settings)
    prepare(settings)
    with nullcontext() if no_worker else _background(settings):
        _serve(settings)


def _require_free(settings: Settings) -> None:
    """Refuse an address that somebody listens on: two servers would share what is asked there, and nobody would see."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        where = f"{settings.host}, port {settings.port}"
        raise StartError(f"cannot listen on {where}: {error.strerror}; see AVKLART_HOST and AVKLART_PORT") from None


def _stop(*_: object) -> None:
    raise SystemExit(0)


@contextmanager
def _background(settings: Settings) -> Iterator[None]:
    """Keep a worker beside the block, and end it whatever ends the block."""
    told: list[int] = []
    # Until the process is in our hands a stop is only noted: one half begun would have nobody to end it.
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    process = subprocess.Popen([sys.executable, "-m", "webapp.worker"], env=environ_for_child(settings))
    try:
        signal.signal(signal.SIGTERM, _stop)
        if told:
            _stop()
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        click.echo("stopped")


def _serve(settings: Settings) -> None:
    from granian import Granian  # noqa: PLC0415 -- only this command needs the server
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    import_module("webapp.app")  # once, before the workers are forked: what is loaded here they share
    gc.freeze()
    # Ctrl-C reaches the whole group of processes; SIGTERM only this one, which passes it on.
    click.echo(f"Avklart is on http://{settings.host}:{settings.port}/ (stop with Ctrl-C)")
    server = Granian(
        "webapp.wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=4,
        respawn_failed_workers=True,
        workers_kill_timeout=8,  # a worker told to stop while it still starts would never stop by itself
        working_dir=Path(__file__).parent.parent,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
    )
    server.serve()


def main() -> None:
    """Run the command line; what stops a start is said in a sentence, not in a traceback."""
    logs.configure()
    try:
        cli(prog_name="avklart")
    except StartError as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from None
    except DatabaseError as error:
        if type(error) not in {DatabaseError, OperationalError}:
            raise  # a fault of ours, not of where the database is
        click.echo(f"the database cannot be used: {error.orig}", err=True)
        raise SystemExit(2) from None
