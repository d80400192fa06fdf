"""The administrator's screens: who works here, who is invited, what each may do, and where they are logged in."""

from __future__ import annotations

from flask import Response, request
from werkzeug.exceptions import BadRequest

from webapp.audit.current import look
from webapp.identity import queries
from webapp.identity.actions import codes, sessions, staff
from webapp.identity.arrival import hasher, to
from webapp.identity.domain.codes import Channel, Purpose
from webapp.identity.forms import FactorsForm, InviteForm, StaffForm
from webapp.identity.letters import send_link, tell_of_removed_factors
from webapp.identity.models import InvitationRow, StaffRow
from webapp.identity.presenters.staff import InvitedPage, StaffListPage, StaffPage
from webapp.identity.views import bp
from webapp.kernel.errors import ConflictError, NotAllowedError
from webapp.kernel.ids import new_readable
from webapp.kernel.permission import Permission
from webapp.web.access import allows, caller
from webapp.web.i18n import lazy_gettext
from webapp.web.pages import page
from webapp.web.transactions import database, db, now, reading, writing

LIST = "/admin/ansatte"
TAKEN = lazy_gettext("There is an account with this address already.")
OWN_ROLES = lazy_gettext("You cannot change what you yourself may do. Ask another administrator.")


@bp.get(LIST)
@allows(Permission.MANAGE_STAFF)
@reading
def all_staff() -> Response:
    """List everybody who works here."""
    place = caller().municipality
    with_second = queries.with_second_factor(db(), place)
    until = queries.invited_until(db(), place, Purpose.STAFF.value)
    return page("identity/staff_list.html", StaffListPage.of(queries.all_staff(db(), place), with_second, until, now()))


@bp.get(f"{LIST}/ny")
@allows(Permission.MANAGE_STAFF)
def invite() -> Response:
    """Ask whom to invite."""
    return page("identity/invite.html", form=InviteForm())


@bp.post(f"{LIST}/ny")
@allows(Permission.MANAGE_STAFF, is_fresh=True)
@writing
def invite_post() -> Response:
    """Invite somebody: the link goes by e-mail, the start code is shown to the administrator alone."""
    form = InviteForm()
    if not form.validate():
        return page("identity/invite.html", form=form, status=422)
    try:
        row = staff.add(
            db(), municipality=caller().municipality, email=form.text("email"), name=form.text("name"),
            roles=form.chosen("roles"), language=form.text("language"), at=now(), by=caller().id,
        )  # fmt: skip
    except ConflictError:
        form.email.errors = [str(TAKEN)]
        return page("identity/invite.html", form=form, status=422)
    return _invited(row, staff.invite(db(), row, at=now()))


def _invited(row: StaffRow, invited: InvitationRow) -> Response:
    code = new_readable()
    send_link(db(), invited, Channel.EMAIL, at=now())
    codes.add_code(db(), invited, Channel.HANDED, hasher().hash(code), browser=None, at=now())
    return page("identity/invited.html", InvitedPage.of(row, code))


@bp.get(f"{LIST}/<staff_id>")
@allows(Permission.MANAGE_STAFF)
def one_staff(staff_id: str) -> Response:
    """Show an account: what it may do, its factors, and where it is logged in; the look is recorded."""
    with database().reading() as session:
        row = queries.staff(session, caller().municipality, staff_id)
        form = StaffForm(name=row.name, roles=row.roles)
        found = StaffPage.of(session, row, caller(), request.args.get("melding", ""))
    if not found.is_self:
        look("staff", found.id, why="administration")
    return page("identity/staff.html", found, form=form)


@bp.post(f"{LIST}/<staff_id>")
@allows(Permission.MANAGE_STAFF, is_fresh=True)
@writing
def change_staff(staff_id: str) -> Response:
    """Change an account, close or open it, end its sessions, or let somebody start over who has lost their factors."""
    row = queries.staff(db(), caller().municipality, staff_id)
    wanted, address = request.form.get("handling", ""), f"{LIST}/{row.id}"
    if wanted == "lagre":
        return _save(row)
    if wanted == "steng":
        staff.disable(db(), row, by=caller(), at=now())
    elif wanted == "apne":
        staff.enable(db(), row, by=caller(), at=now())
    elif wanted == "avslutt-alle":
        sessions.end_others(db(), row.id, by=caller(), at=now())
    elif wanted.startswith("avslutt "):
        sessions.end_one(db(), row.id, wanted.removeprefix("avslutt "), by=caller(), at=now())
    elif wanted == "ny-start":
        if row.id == caller().id:
            raise NotAllowedError
        return _invited(row, staff.start_over(db(), row, by=caller().id, at=now()))
    elif wanted == "nytt-trinn":
        return _remove_factors(row)
    else:
        raise BadRequest
    return to(f"{address}?melding={wanted.split(' ')[0]}")


def _remove_factors(row: StaffRow) -> Response:
    removal = FactorsForm()
    if not removal.validate():
        form = StaffForm(formdata=None, name=row.name, roles=row.roles)
        return page("identity/staff.html", StaffPage.of(db(), row, caller(), "", removal), form=form, status=422)
    try:
        staff.remove_factors(db(), row, why=removal.text("why"), by=caller(), at=now())
    except ConflictError:
        return to(f"{LIST}/{row.id}?melding=uten-trinn")
    tell_of_removed_factors(db(), row, at=now())
    return to(f"{LIST}/{row.id}?melding=nytt-trinn")


def _save(row: StaffRow) -> Response:
    form = StaffForm()
    if form.validate():
        try:
            staff.change(db(), row, name=form.text("name"), roles=form.chosen("roles"), by=caller(), at=now())
        except NotAllowedError:
            form.roles.errors = [str(OWN_ROLES)]
        else:
            return to(f"{LIST}/{row.id}?melding=lagre")
    return page("identity/staff.html", StaffPage.of(db(), row, caller(), ""), form=form, status=422)
