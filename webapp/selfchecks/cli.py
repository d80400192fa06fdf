"""`avklart content import-fhir`: a foreign Questionnaire becomes the file of a self-check."""

from __future__ import annotations

from pathlib import Path

import click

from webapp.content import files
from webapp.kernel.clock import SystemClock
from webapp.kernel.errors import InvalidError
from webapp.selfchecks.fhir.foreign import Taken, take_over
from webapp.selfchecks.fhir.opening import MOST_BYTES


@click.command("import-fhir")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="A content folder to write to.")
@click.option("--slug", default="", help="What the self-check is called in addresses.")
def import_fhir(file: Path, folder: Path | None, slug: str) -> None:
    """Take over a FHIR R4 Questionnaire as a self-check that is closed; say what could not be taken over."""
    try:
        with file.open("rb") as opened:
            taken = take_over(opened.read(MOST_BYTES + 1), on=SystemClock().now().date(), slug=slug)
        if folder is None:
            click.echo(files.format_part(taken.part), nl=False)
        else:
            _write(taken, folder)
    except OSError as error:
        _refuse(f"{error.filename or file}: {error.strerror}")
    except InvalidError as error:
        _refuse(f"{file}: {error}")
    else:
        _report(taken)


def _write(taken: Taken, folder: Path) -> None:
    path = folder / files.path_of(taken.part.key)
    if path.exists():
        raise InvalidError(f"{path} is there already; allowed: another --slug, or take it away first")
    for written in files.write_tree([taken.part], folder):
        click.echo(f"{written}: written, closed; a municipality opens it with switched_on: true")


def _refuse(words: str) -> None:
    click.echo(words.encode("utf-8", "backslashreplace").decode(), err=True)
    raise SystemExit(1)


def _report(taken: Taken) -> None:
    for loss in taken.losses:
        click.echo(str(loss), err=True)
    number = len(taken.losses)
    click.echo(f"{number} {'thing' if number == 1 else 'things'} to look at", err=True)
