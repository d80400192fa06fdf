"""Invited parties come in: a link that changes nothing, or a joining code; then a one-time code by another channel."""

from __future__ import annotations

import re
from contextlib import suppress

from flask import Response, request

from webapp.audit.domain import Action
from webapp.content.current import library
from webapp.identity import queries
from webapp.identity.actions import codes, invitations
from webapp.identity.actions.sessions import Beginning
from webapp.identity.arrival import (
    CODES_FROM_NETWORK,
    FROM_NETWORK,
    HOMES,
    JOINING,
    begin,
    count_failure,
    destination,
    hasher,
    require_few_failures,
    to,
)
from webapp.identity.asking import BY_JOINING_CODE, BY_LINK, STEP, begin_and_send, not_too_many, reachable
from webapp.identity.current import Visit, at_step, own_path
from webapp.identity.domain.codes import Channel, Purpose, channel_of_new_link, sender_of
from webapp.identity.domain.sessions import Kind
from webapp.identity.forms import WRONG_CODE, ChannelForm, CodeForm, JoiningForm
from webapp.identity.letters import send_code, send_link
from webapp.identity.models import InvitationRow, LinkRow
from webapp.identity.presenters.arriving import CodePage, JoiningPage, LandingPage, LinkPage
from webapp.identity.providers import provider_of
from webapp.identity.views import bp
from webapp.kernel.errors import GoneError
from webapp.kernel.ids import clean_code, digest, new_digits
from webapp.kernel.permission import Assurance, Role
from webapp.web.access import caller_or_none, entrance
from webapp.web.pages import page
from webapp.web.throttle import HOUR, Limit, network, throttle
from webapp.web.transactions import database, now

ASKED_LINKS = Limit("links that were asked for", 2, 24 * HOUR)
"""So many new links a day whoever presses for one gets, however many messages we have sent ourselves."""
_LIKE_A_SECRET = re.compile(r"[\w-]{1,100}", re.ASCII)
_AGREEMENT = re.compile(r"[0-9a-f]{32}")


def gone(secret: str) -> Response:
    """Say that a link leads nowhere; what could never have been a secret is not repeated in an address."""
    shown = secret if _LIKE_A_SECRET.fullmatch(secret) else "ukjent"
    return page("identity/link_gone.html", LinkPage(shown), status=410)


def leads_to(lang: str, invited: InvitationRow | None) -> str:
    """Answer where somebody goes who comes in: where they wanted to, else to the agreement that they are invited to."""
    wanted = own_path(request.args.get("neste", ""))
    is_agreement = invited is not None and _AGREEMENT.fullmatch(invited.subject)
    return wanted or (f"/{lang}/avtale/{invited.subject}/" if invited and is_agreement else "")


def _is_for_party(invited: InvitationRow) -> bool:
    return invited.purpose == Purpose.AGREEMENT.value


@bp.get("/<language:lang>/avtale/i/<secret>")
@entrance
def link(lang: str, secret: str) -> Response:
    """Show whose link it is and what to press, and change nothing (L2); who and why come after the code."""
    with database().reading() as session:
        try:
            found, invited = invitations.living_link(session, library().code, secret, now())
        except GoneError:
            return gone(secret)
        if not _is_for_party(invited):
            return gone(secret)
        return page("identity/link.html", LandingPage.of(secret, _channels(found, invited), provider_of("idporten")))


def _channels(found: LinkRow, invited: InvitationRow) -> tuple[Channel, ...]:
    return tuple(channel for channel in reachable(invited) if channel.value != found.channel)


@bp.post("/<language:lang>/avtale/i/<secret>")
@entrance
def send_me_a_code(lang: str, secret: str) -> Response:
    """Send a one-time code by another channel than the link's, to the contact that is stored (L4)."""
    require_few_failures(FROM_NETWORK)
    throttle().hit(CODES_FROM_NETWORK, library().code, network())
    with database().reading() as session:
        try:
            found, invited = invitations.living_link(session, library().code, secret, now())
        except GoneError:
            return gone(secret)
        if not _is_for_party(invited):
            return gone(secret)
        channel = sender_of(ChannelForm().wanted(), _channels(found, invited))
    came_by = {"by": BY_LINK, "link": found.id}
    begin_and_send(lang, invited.id, channel, came_by, wanted=leads_to(lang, invited))
    return to(f"/{lang}/avtale/bekreft")


def _at_code() -> Visit | None:
    """Answer the session that waits for a code; None where there is none, or its link was replaced in the meantime."""
    found = at_step(STEP)
    if found is None or found.data["by"] != BY_LINK:
        return found
    with database().reading() as session:
        return None if invitations.is_replaced(session, found.municipality, str(found.data["link"])) else found


@bp.get("/<language:lang>/avtale/kode")
@entrance
def joining(lang: str) -> Response:
    """Ask for a joining code: the way in without a link."""
    return page("identity/joining.html", _joining_page(), form=JoiningForm())


def _joining_page() -> JoiningPage:
    return JoiningPage(own_path(request.args.get("neste", "")), request.args.get("melding") == "ny-lenke")


@bp.post("/<language:lang>/avtale/kode")
@entrance
def joining_post(lang: str) -> Response:
    """Send a one-time code to the contact behind a joining code; a wrong one gets the very same answer (L1b)."""
    form, code = JoiningForm(), library().code
    if not form.validate():
        return page("identity/joining.html", _joining_page(), form=form, status=422)
    require_few_failures(FROM_NETWORK)
    throttle().hit(JOINING, code, network())
    with database().reading() as session:
        invited = invitations.invitation_of_joining_code(session, code, form.text("code"), now())
        usable = invited if invited and _is_for_party(invited) and invited.stopped_at is None else None
    if usable is None:
        count_failure(FROM_NETWORK, Action.CODE_FAILED, "invitation", "unknown")
    ways = reachable(usable) if usable else ()
    channel, came_by = next(iter(ways), None), {"by": BY_JOINING_CODE}
    begin_and_send(lang, usable.id if usable else "", channel, came_by, wanted=leads_to(lang, usable))
    return to(f"/{lang}/avtale/bekreft")


def _without_code(lang: str) -> Response:
    """Lead whoever waits for no code to where one is asked for; who is in already goes on: they pressed twice.

    Whose link was replaced while they waited is told so.
    """
    who, waiting = caller_or_none(), at_step(STEP)
    if who and Role.PARTY in who.roles:
        return to(HOMES[Kind.PARTY])
    return to(f"/{lang}/avtale/kode{'?melding=ny-lenke' if waiting else ''}")


@bp.get("/<language:lang>/avtale/bekreft")
@entrance
def confirm(lang: str) -> Response:
    """Ask for the one-time code."""
    found = _at_code()
    if found is None:
        return _without_code(lang)
    return page("identity/confirm.html", CodePage.of(found.data, request.args.get("melding", "")), form=CodeForm())


@bp.post("/<language:lang>/avtale/bekreft")
@entrance
def confirm_post(lang: str) -> Response:
    """Let a party in by the code, once; every try is counted before it is looked at (L3)."""
    found, form, code = _at_code(), CodeForm(), library().code
    if found is None:
        return to(f"/{lang}/avtale/bekreft")
    invitation_id = str(found.data["invitation"])
    require_few_failures(FROM_NETWORK)
    if not form.validate():
        return page("identity/confirm.html", CodePage.of(found.data), form=form, status=422)
    written, tried = clean_code(form.text("code")), codes.Try(())
    with not_too_many(found.data["by"]), database().writing() as session:
        tried = codes.count_try(session, code, invitation_id, found.id, written, at=now())
    fits = [code_id for code_id, hashed in tried.codes or (("", ""),) if hasher().fits(written, hashed or None)]
    with database().writing() as session:
        invited = queries.invitation(session, code, invitation_id)
        if fits and invited and codes.use_code(session, invited, fits[0], at=now()):
            address = destination(Kind.PARTY, invited.id)
            beginning = Beginning(code, Kind.PARTY, invited.id, Assurance.CODE, resident=None)
            begin(session, beginning, {"language": lang, "via": found.data["by"]})
            return to(address)
    count_failure(FROM_NETWORK, Action.CODE_FAILED, "invitation", invitation_id or "unknown")
    form.code.errors = [str(WRONG_CODE)]
    return page("identity/confirm.html", CodePage.of(found.data), form=form, status=422)


@bp.post("/<language:lang>/avtale/bekreft/ny")
@entrance
def another_code(lang: str) -> Response:
    """Send a new code, which makes the older one void."""
    found = _at_code()
    if found is None:
        return to(f"/{lang}/avtale/bekreft")
    throttle().hit(CODES_FROM_NETWORK, library().code, network())
    code = new_digits()
    hashed = hasher().hash(code)
    with not_too_many(found.data["by"]), database().writing() as session:
        invited = queries.invitation(session, library().code, str(found.data["invitation"]))
        if invited is not None and invitations.is_open(invited, now()) and found.data["channel"]:
            channel = Channel(found.data["channel"])
            codes.add_code(session, invited, channel, hashed, browser=found.id, at=now())
            send_code(session, invited, channel, code, at=now())
    return to(f"/{lang}/avtale/bekreft?melding=ny-kode")


@bp.post("/<language:lang>/avtale/i/<secret>/ny-lenke")
@entrance
def another_link(lang: str, secret: str) -> Response:
    """Send a new link to the contact that is stored, void the old one, and say the same whatever link it was."""
    throttle().hit(CODES_FROM_NETWORK, library().code, network())
    with database().reading() as session:
        found = queries.link_by_secret(session, library().code, digest(secret[:100]))
        asked_for = found[1].id if found else ""
    is_owed = bool(asked_for) and throttle().count(ASKED_LINKS, asked_for)
    with database().writing() as session:
        known = queries.link_by_secret(session, library().code, digest(secret[:100]))
        if (
            known
            and _is_for_party(known[1])
            and invitations.may_have_new_link(session, known[1], at=now(), is_owed=is_owed)
        ):
            channel = channel_of_new_link(Channel(known[0].channel), reachable(known[1]))
            if channel is not None:
                send_link(session, known[1], channel, at=now())
    return page("identity/new_link_sent.html")


@bp.post("/<language:lang>/avtale/i/<secret>/ikke-meg")
@entrance
def not_me(lang: str, secret: str) -> Response:
    """Stop every further message to this contact; an old link, which goes elsewhere now, stops nothing."""
    with suppress(GoneError), database().writing() as session:
        _, invited = invitations.living_link(session, library().code, secret, now())
        if _is_for_party(invited) and invited.stopped_at is None:
            invitations.stop_messages(session, invited, at=now())
    return page("identity/not_me.html")
