"""Coming in and going out with an identity provider: ID-porten for residents, the municipality's own for staff (O1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from flask import Response, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, NotFound, ServiceUnavailable

from webapp.audit.actions import record
from webapp.audit.domain import Action
from webapp.content.current import library
from webapp.gateways.oidc import Identity, OidcClient, OidcRefusedError, OidcUnavailableError, Transaction
from webapp.identity import queries
from webapp.identity.actions import invitations, residents, sessions, staff
from webapp.identity.actions.sessions import Beginning
from webapp.identity.arrival import (
    FROM_NETWORK,
    begin,
    destination,
    require_few_failures,
    tell_who_was_shown,
    to,
)
from webapp.identity.current import own_path, visit
from webapp.identity.domain.codes import Purpose
from webapp.identity.domain.sessions import Kind
from webapp.identity.domain.two_factor import acr_for, idporten_assurance
from webapp.identity.models import ResidentRow, StaffRow
from webapp.identity.presenters.arriving import ProviderPage
from webapp.identity.providers import EXTENSION as PROVIDERS
from webapp.identity.providers import Clients, callback_address, provider_of
from webapp.identity.views import bp
from webapp.identity.views.invitation import gone, leads_to
from webapp.kernel.errors import ConflictError, GoneError, InvalidError, NotAllowedError
from webapp.kernel.permission import Assurance
from webapp.web.access import caller_or_none, entrance, signed
from webapp.web.i18n import language
from webapp.web.pages import page
from webapp.web.throttle import Limit, network, throttle
from webapp.web.transactions import database, now

KINDS = {"staff": Kind.STAFF, "idporten": Kind.RESIDENT}
STARTS = Limit("starts at a provider", 120)
STEP = "provider"
LEVELS = {"substantial": Assurance.SUBSTANTIAL, "high": Assurance.HIGH}
LONG_AGO = datetime.fromtimestamp(0, UTC)
"""When somebody showed who they are, where their provider does not say it: not lately, whatever is sensitive."""


def _client(kind: str) -> OidcClient:
    found = provider_of(kind)
    if found is None:
        raise NotFound
    return found


@bp.get("/id/inn")
@entrance
def with_provider() -> Response:
    """Offer residents to come in with ID-porten, or to show anew and better who they are (step-up)."""
    _client("idporten")
    wanted, level = own_path(request.args.get("neste", "")), request.args.get("nivaa", "")
    return page("identity/provider.html", ProviderPage(wanted, level if level in LEVELS else ""))


@bp.post("/id/inn")
@entrance
def to_provider() -> Response:
    """Begin a sign-in at a provider: what must come back unchanged stays here, in a session on the way in."""
    kind = request.args.get("hos", "idporten")
    if kind not in KINDS:
        raise BadRequest
    level = LEVELS.get(request.args.get("nivaa", ""), Assurance.SUBSTANTIAL)
    is_again = caller_or_none() is not None and "igjen" in request.args
    return _start(kind, level, own_path(request.args.get("neste", "")), is_again=is_again)


@bp.post("/<language:lang>/avtale/i/<secret>/id-porten")
@entrance
def link_with_provider(lang: str, secret: str) -> Response:
    """Let a party who has shown once with ID-porten who they are come in by their link and ID-porten alone."""
    with database().reading() as session:
        try:
            _, invited = invitations.living_link(session, library().code, secret, now())
        except GoneError:
            return gone(secret)
    if invited.purpose != Purpose.AGREEMENT.value:
        return gone(secret)
    return _start("idporten", Assurance.SUBSTANTIAL, leads_to(lang, invited), invitation=invited.id)


def _start(kind: str, level: Assurance, wanted: str, *, is_again: bool = False, invitation: str = "") -> Response:
    client, found = _client(kind), visit()
    throttle().hit(STARTS, library().code, network())
    try:
        address, transaction = client.start(
            callback_address(), acr=acr_for(level) if kind == "idporten" else "", max_age=0 if is_again else None,
            prompt="login" if is_again else "", locale=language(),
        )  # fmt: skip
    except OidcUnavailableError:
        return page("identity/provider_away.html", status=503)
    asked = {"provider": kind, "transaction": transaction.to_dict(), "invitation": invitation}
    pending = {"asked": asked, "next": wanted}  # apart from the provider that somebody who is in came by
    with database().writing() as session:
        if found and caller_or_none():  # somebody who is in keeps their session until the provider has answered
            sessions.remember(session, found.municipality, found.id, pending)
        else:
            begin(session, Beginning(library().code, Kind.WAITING), {"step": STEP, **pending})
    return to(address)


@bp.get("/id/tilbake")
@entrance
def from_provider() -> Response:
    """Take somebody back from a provider: only the answer to our own question, once, and of the level we asked for."""
    found = visit()
    asked = found.data.get("asked") if found else None
    if found is None or not asked or request.args.get("state") != asked["transaction"]["state"]:
        return _refused("state")  # what another window asked stays open
    require_few_failures(FROM_NETWORK)
    with database().writing() as session:  # used up before it is looked at: a callback that comes twice finds nothing
        sessions.remember(session, found.municipality, found.id, {"asked": None})
    client = _client(asked["provider"])
    try:
        identity = client.finish(Transaction.from_dict(asked["transaction"]), request.args)
    except OidcUnavailableError:
        return page("identity/provider_away.html", status=503)
    except OidcRefusedError as error:
        return _refused(error.why.value)
    party = resident = ""
    with database().writing() as session:
        if asked["provider"] == "staff":
            address = _staff_in(session, client, identity)
        else:
            address, party, resident = _resident_in(session, client, identity, asked["invitation"])
    if party:
        tell_who_was_shown(party, resident)
    if address:
        return to(address)
    is_party = found.kind is Kind.PARTY and asked["provider"] == "idporten"
    return _refused("first the code" if asked["invitation"] else "another" if is_party else "access")


def _refused(why: str) -> Response:
    with database().writing() as session:
        record(session, municipality=library().code, action=Action.SIGN_IN_REFUSED, actor="nobody", why=why, at=now())
    return page("identity/provider_refused.html", ProviderPage(why=why), status=403)


def _begin(session: Session, client: OidcClient, identity: Identity, beginning: Beginning) -> None:
    """Begin the session of somebody whom a provider knows, found by the provider's own session when that one ends."""
    known = replace(
        beginning,
        provider_session=client.session_key(identity.sid) if identity.sid else None,
        provider_subject=client.subject_key(identity.subject),
        authenticated_at=identity.auth_time or LONG_AGO,
    )
    data = {"provider": client.provider.kind, "id_token": identity.id_token, "language": language()}
    begin(session, known, data)


def _staff_in(session: Session, client: OidcClient, identity: Identity) -> str:
    """Let staff in as the municipality's own sign-in says; whoever has no role there any more loses their access."""
    code, roles = library().code, identity.roles
    subject = client.subject_key(identity.subject)
    row = queries.staff_by_subject(session, code, subject)
    if client.provider.role_claim and not roles:
        if row is not None and row.state == staff.ACTIVE:
            staff.lose_access(session, row, at=now())
        return ""
    row = row or _by_email(session, code, identity)
    if row is None or row.state == staff.DISABLED or row.subject_index not in {None, subject}:
        return ""  # an address that was somebody else's at the provider does not make them the same person
    staff.take_over_from_provider(session, row, roles=roles, subject_index=subject, at=now())
    address = destination(Kind.STAFF, row.id)
    _begin(session, client, identity, Beginning(code, Kind.STAFF, row.id, Assurance.SUBSTANTIAL))
    return address


def _by_email(session: Session, code: str, identity: Identity) -> StaffRow | None:
    """Answer the account of an address, added where there is none; None where the provider names no address."""
    if not identity.email:
        return None
    found = queries.staff_by_email(session, code, staff.email_index(session, code, identity.email))
    if found is not None or not identity.roles:
        return found
    try:
        return staff.add(
            session, municipality=code, email=identity.email, name=identity.name.strip() or identity.email,
            roles=identity.roles, language=language(), at=now(), by="provider",
        )  # fmt: skip
    except (InvalidError, ConflictError):  # no address at all, or taken in another window at this moment
        return None


def _resident_in(
    session: Session, client: OidcClient, identity: Identity, invitation: str
) -> tuple[str, str, str]:  # fmt: skip
    """Let a resident in, or let the party who is in show who they are: from then on it is them and nobody else.

    Answer where they go, empty where they are not let in; and the invitation whose party they are, with who they are.
    """
    code, level, found = library().code, idporten_assurance(identity.acr), visit()
    resident = residents.recognise(session, code, identity.pid, at=now())
    party = invitation or (found.person if found and found.kind is Kind.PARTY else None)
    if party and not _is_theirs(session, party, resident):
        session.rollback()  # nothing is kept of somebody who is not let in
        return "", "", ""
    kind, person = (Kind.PARTY, party) if party else (Kind.RESIDENT, resident.id)
    address = destination(kind, person)
    _begin(session, client, identity, Beginning(code, kind, person, level, resident.id))
    return address, party or "", resident.id


def _is_theirs(session: Session, party: str, resident: ResidentRow) -> bool:
    """Tell whether an invitation is a resident's: it has been, or they came in by its code and show now who they are.

    A link and anybody's identity open nothing: the first time, the code shows that it is theirs.
    """
    found, code = visit(), library().code
    if found and found.kind is Kind.PARTY and found.person == party:
        try:
            residents.bind(session, code, party, resident, at=now())
        except NotAllowedError:
            return False
        return True
    invited = queries.invitation(session, code, party)
    return invited is not None and invited.resident == resident.id and invitations.is_open(invited, now())


def _client_of_issuer(issuer: str) -> OidcClient | None:
    clients: Clients = current_app.extensions[PROVIDERS]
    own = [client for (code, _), client in clients.items() if code == library().code]
    return next((client for client in own if client.provider.issuer == issuer), None)


@bp.get("/id/utlogging")
@signed
def front_channel_logout() -> Response:
    """End the sessions of a provider's session, as its page asks from a frame; found by sid, not by cookie (S5)."""
    client = _client_of_issuer(request.args.get("iss", ""))
    sid = request.args.get("sid", "")
    if client is None or not sid:
        raise BadRequest
    with database().writing() as session:
        sessions.end_by_provider(session, library().code, provider_session=client.session_key(sid), at=now())
    g.frame_ancestors = client.origins()
    return Response("", mimetype="text/html")


@bp.post("/id/utlogging-bak")
@signed
def back_channel_logout() -> Response:
    """End the sessions that a provider says are over, by a token that it signed (OIDC back-channel logout 1.0)."""
    token, is_away = request.form.get("logout_token", ""), False
    for client in filter(None, map(provider_of, KINDS)):
        try:
            said = client.read_logout_token(token)
        except OidcUnavailableError:
            is_away = True
            continue
        except OidcRefusedError:
            continue
        sid = client.session_key(said.sid) if said.sid else ""
        subject = "" if said.sid else client.subject_key(said.subject)
        with database().writing() as session:
            code = library().code
            sessions.end_by_provider(session, code, provider_session=sid, provider_subject=subject, at=now())
        return Response("", 200)
    if is_away:
        raise ServiceUnavailable(retry_after=30)
    raise BadRequest
