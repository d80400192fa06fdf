"""`avklart user add`: the first administrator of a municipality, who invites everybody else."""

from __future__ import annotations

from contextlib import closing

import click

from webapp.content.current import Bookshelf
from webapp.identity.actions import codes, invitations, staff
from webapp.identity.domain.codes import Channel
from webapp.identity.domain.passwords import Hasher
from webapp.kernel.clock import SystemClock
from webapp.kernel.errors import ConflictError, InvalidError
from webapp.kernel.ids import new_readable, write_readable
from webapp.kernel.language import LANGUAGES
from webapp.kernel.permission import STAFF_ROLES, Role
from webapp.settings import load
from webapp.storage.keys import open_keys
from webapp.storage.schema import require_newest
from webapp.storage.session import Database


@click.group()
def user() -> None:
    """Accounts of those who work at a municipality."""


@user.command()
@click.option("--municipality", required=True, help="The code of the municipality, like fjordvik.")
@click.option("--email", required=True, help="The address of the account.")
@click.option("--name", required=True, help="What the person is called.")
@click.option(
    "--role", "roles", multiple=True, default=[Role.ADMINISTRATOR.value],
    type=click.Choice([role.value for role in STAFF_ROLES]), help="What the person works with; may be repeated.",
)  # fmt: skip
@click.option("--language", default="nb", type=click.Choice(LANGUAGES))
def add(municipality: str, email: str, name: str, roles: tuple[str, ...], language: str) -> None:
    """Add an account, and print the link and the start code with which it is taken up."""
    settings, clock = load(), SystemClock()
    with closing(Database(settings.database_url)) as database:
        require_newest(database)
        open_keys(database, settings, clock)
        shelf = Bookshelf(database, settings, clock)
        shelf.freshen()
        if municipality not in shelf.codes():
            raise click.ClickException(f"no municipality '{municipality}'; there is {', '.join(shelf.codes())}")
        code = new_readable()
        try:
            with database.writing() as session:
                row = staff.add(
                    session, municipality=municipality, email=email, name=name, roles=roles, language=language,
                    at=clock.now(),
                )  # fmt: skip
                invited = staff.invite(session, row, at=clock.now())
                secret = invitations.new_link(session, invited, Channel.PAPER, at=clock.now())
                hashed = Hasher().hash(code)
                codes.add_code(session, invited, Channel.HANDED, hashed, browser=None, at=clock.now())
        except (ConflictError, InvalidError) as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"link:       {shelf.base_url(municipality)}/innlogging/i/{secret}")
        click.echo(f"start code: {write_readable(code)}")
        click.echo("Both are valid for seven days. Give them to the person by two ways, not in one message.")
