"""Reading, locking and signing: the text that is shown is the frozen one, and a signature names its very hash."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Response, make_response, redirect, request

from webapp.agreements import documents, queries, text
from webapp.agreements.actions import signing
from webapp.agreements.actions.living import document_of
from webapp.agreements.actions.signing import Frozen, Given
from webapp.agreements.current import Me, looking, me, my_party, require_sees
from webapp.agreements.domain.history import Act
from webapp.agreements.domain.parties import MUNICIPALITY, RESIDENTS_SIDE, PartyKind
from webapp.agreements.domain.policy import Thing
from webapp.agreements.domain.signing import Method, Required
from webapp.agreements.domain.states import Move, RoundState
from webapp.agreements.life_forms import DeclineForm, LockForm, SignForm
from webapp.agreements.models import VersionRow
from webapp.agreements.presenters.overview import base_of
from webapp.agreements.presenters.signing import Signed, SignPage, contact_of, stale_page, yes_words
from webapp.agreements.views import bp
from webapp.content.current import library
from webapp.identity import acting
from webapp.identity.domain.codes import Channel
from webapp.identity.domain.sessions import is_fresh
from webapp.identity.forms import WRONG_CODE
from webapp.identity.providers import provider_of
from webapp.kernel.errors import ConflictError, NotFoundError
from webapp.kernel.permission import Assurance, Permission
from webapp.web.access import allows, caller
from webapp.web.i18n import lazy_gettext, write_date
from webapp.web.pages import page
from webapp.web.transactions import database, db, now, reading, writing

_log = logging.getLogger("avklart.agreements")
METHODS = {
    Channel.SMS: Method.CODE_SMS, Channel.EMAIL: Method.CODE_EMAIL, Channel.HANDED: Method.CODE_HANDED,
}  # fmt: skip
SAID = {
    "kode": lazy_gettext("A code is on its way to you. It is valid for ten minutes."),
    "ingen-kode": lazy_gettext("We cannot send you a code by another way than your link. Ring us, and we help you."),
    "last": lazy_gettext("The text is locked. Everybody is asked to sign it."),
    "signert": lazy_gettext("You have signed."),
}


@bp.get("/<language:lang>/avtale/<agreement:agreement_id>/signer")
@allows(Permission.SEE_AGREEMENT)
@looking
def read_and_sign(lang: str, agreement_id: str) -> Response:
    """Show the text: to be locked, to be signed, or signed and in force."""
    found = me(agreement_id)
    require_sees(found, Thing.VERSION)
    return _page(found, status=200)


def _page(found: Me, *, status: int, form: SignForm | None = None, lock: LockForm | None = None) -> Response:
    row, version = found.row, queries.to_sign(db(), found.row)
    if version is None and row.round_state == RoundState.SETTLING:
        shown = lock or _lock_form(found)
        return page("agreements/lock.html", _preview(found), form=shown, status=status)
    version = version or queries.version_in(db(), row, "in_force")
    if version is None:
        raise NotFoundError("there is no text yet")
    return page("agreements/sign.html", _sign_page(found, version), form=form or SignForm(), status=status)


def _preview(found: Me) -> SignPage:
    choice = text.Choice(found.row.language)
    return _made(found, "preview", document=text.document(db(), found.row, choice, at=now()), lang=found.row.language)


def _sign_page(found: Me, version: VersionRow) -> SignPage:
    document, state = document_of(version), signing.signing_of(db(), found.row, version)
    names = {one["id"]: one["name"] for one in document["parties"]} | {MUNICIPALITY: document["municipality"]}
    is_mine = found.id in state.missing
    phase = "in_force" if version.state == "in_force" else "to_sign" if is_mine else "waiting"
    phase = "read" if phase == "waiting" and found.id not in state.signed else phase
    return _made(
        found, phase, document=document, lang=version.language, hash_=version.hash,
        signed=[Signed(name, how, at) for name, _, how, at in documents.signatures_of(db(), version)],
        missing=sorted(names.get(one, "–") for one in state.missing) if phase != "in_force" else [],
        deadline=write_date(version.deadline_at.date()), required=Required(version.required),
    )  # fmt: skip


def _made(
    found: Me, state: str, *, document: dict[str, object], lang: str, hash_: str = "",
    signed: list[Signed] | None = None, missing: list[str] | None = None, deadline: str = "",
    required: Required = Required.CODE,
) -> SignPage:  # fmt: skip
    base = base_of(found.row.id)
    is_unconfirmed = (
        found.party is not None and found.party.kind == PartyKind.RESIDENT and not found.party.is_confirmed
        and found.row.is_with_municipality
    )  # fmt: skip
    idporten = found.party is not None and provider_of("idporten") is not None
    message = SAID.get(request.args.get("melding", ""), "")
    return SignPage(
        id=found.row.id, base=base, state=state, message=str(message), document=document, language=lang, hash=hash_,
        yes=yes_words(document, found.id, lang), signed=signed or [], missing=missing or [], deadline=deadline,
        can_lock=state == "preview" and found.may(Move.LOCK),
        can_send=found.party is not None and bool(acting.ways(db())),
        is_code_sent=request.args.get("melding") == "kode" or request.method == "POST",
        is_unconfirmed=is_unconfirmed and not _is_by_provider(found),
        step_up=f"/id/inn?neste={base}/signer&nivaa=substantial&igjen=1" if idporten else "",
        is_by_provider=_is_by_provider(found), must_be_provider=required is Required.IDPORTEN,
        is_staff=found.party is None, papers=_papers(found, base), contact=contact_of(found.row.office),
    )  # fmt: skip


def _papers(found: Me, base: str) -> list[tuple[str, str]]:
    """Answer the signed papers that there are: the version in force, and the changes of it."""
    version = queries.version_in(db(), found.row, "in_force")
    if version is None:
        return []
    changed = queries.amendments(db(), found.row, version.hash)
    return [("", f"{base}/avtale.pdf"), *((str(one.number), f"{base}/avtale.pdf?nr={one.number}") for one in changed)]


def _is_by_provider(found: Me) -> bool:
    """Tell whether a party has just shown with ID-porten who they are."""
    who = caller()
    is_sure = who.assurance >= Assurance.SUBSTANTIAL and is_fresh(who.authenticated_at, now())
    return found.party is not None and is_sure


def _lock_form(found: Me) -> LockForm:
    form = LockForm()
    form.offer(library().municipality.languages, _late(found))
    if request.method == "GET":
        form["language"].data = found.row.language
    return form


def _late(found: Me) -> list[tuple[str, str]]:
    """Answer who may be left out: those who had not signed the last text when its time was over; never the resident."""
    events = [one for one in queries.events(db(), found.row) if one.act in {Act.TOO_LATE, Act.LOCKED, Act.UNLOCKED}]
    if not events or events[0].act != Act.TOO_LATE:
        return []
    voided = [one for one in queries.versions(db(), found.row) if one.state == "void" and one.kind == "version"][-1]
    signed = {one.party for one in queries.signatures(db(), voided)}
    return [
        (one.id, queries.name_of(one)) for one in queries.present(db(), found.row)
        if one.id in voided.asked and one.id not in signed
        and one.kind not in RESIDENTS_SIDE
    ]  # fmt: skip


@bp.post("/<language:lang>/avtale/<agreement:agreement_id>/signer/las")
@allows(Permission.SEE_AGREEMENT)
@writing
def lock(lang: str, agreement_id: str) -> Response:
    """Lock the text for signing, in one language."""
    found = me(agreement_id, is_held=True)
    mover = found.mover_for(Move.LOCK)
    form = _lock_form(found)
    if not form.validate():
        return _page(found, status=422, lock=form)
    required = Required(library().municipality.signing)
    choice = text.Choice(form.text("language"), form.day(), form.without(), required)
    frozen = Frozen(
        text.document(db(), found.row, choice, at=now()), choice.language, left_out=form.without(), required=required
    )
    signing.lock(db(), found.row, frozen, by=found.actor, mover=mover, at=now())
    return make_response(redirect(f"{base_of(agreement_id)}/signer?melding=last", 303))


@bp.post("/<language:lang>/avtale/<agreement:agreement_id>/signer/kode")
@allows(Permission.TAKE_PART)
def send_code(lang: str, agreement_id: str) -> Response:
    """Send a code that is good for signing this very text, and for nothing else."""
    is_sent = acting.send(f"sign {_hash_to_sign(agreement_id)}")
    return make_response(redirect(f"{base_of(agreement_id)}/signer?melding={'kode' if is_sent else 'ingen-kode'}", 303))


def _hash_to_sign(agreement_id: str) -> str:
    """Answer the hash of the text that waits for my signature."""

    @reading
    def in_one() -> Response:
        found, _ = my_party(agreement_id)
        version = queries.to_sign(db(), found.row)
        if version is None or found.id not in signing.signing_of(db(), found.row, version).missing:
            raise ConflictError("there is nothing to sign")
        return make_response(version.hash)

    return in_one().get_data(as_text=True)


@bp.post("/<language:lang>/avtale/<agreement:agreement_id>/signer")
@allows(Permission.TAKE_PART)
def sign(lang: str, agreement_id: str) -> Response:
    """Sign the very text that was seen, by a code for it or by ID-porten; the last one to sign has it sealed."""
    form = SignForm()
    code = acting.fitting(f"sign {form.text('seen')}", form.text("code")) if form.text("code") else ""

    def given(found: Me, version: VersionRow) -> Given | None:
        return _given(found, version, code)

    return _sign(agreement_id, form, lambda: my_party(agreement_id, is_held=True)[0], given)


def _sign(
    agreement_id: str, form: SignForm, of_whom: Callable[[], Me], given_by: Callable[[Me, VersionRow], Given | None]
) -> Response:
    """Sign in one transaction the text that was seen; the sealed paper is kept where it came into force."""
    seen, number = form.text("seen"), 0

    @writing
    def in_one() -> Response:
        nonlocal number
        found, done = of_whom(), redirect(f"{base_of(agreement_id)}/signer?melding=signert", 303)
        if _has_signed(found, seen):
            return make_response(done)
        version = queries.to_sign(db(), found.row)
        if version is None or version.hash != seen or now() >= version.deadline_at:
            return _stale(found, version, seen)
        given = given_by(found, version)
        if given is None:
            form.code.errors = [str(WRONG_CODE)]
            return _page(found, status=422, form=form)
        if signing.sign(db(), found.row, version, found.id, given, at=now()):
            number = version.number
        return make_response(done)

    answer = in_one()
    if number:
        try:
            documents.keep_sealed_paper(database(), caller().municipality, agreement_id, number)
        except Exception:  # noqa: BLE001 -- whatever it is, they have signed, and the worker seals it (`delivery`)
            _log.exception("not sealed yet")
    return answer


def _has_signed(found: Me, seen: str) -> bool:
    """Tell whether somebody has signed a text that stands: pressing twice is once, also for the last one to sign."""
    standing = [one for one in queries.versions(db(), found.row) if one.hash == seen and one.state != "void"]
    return any(found.id == given.party for one in standing for given in queries.signatures(db(), one))


def _given(found: Me, version: VersionRow, code: str) -> Given | None:
    """Answer the signature of a party as it was given; None where nothing shows that it is they."""
    statement, who = _statement(version, found.id), caller()
    if _is_by_provider(found):
        evidence = {
            "level": who.assurance.name.lower(), "shown_at": who.authenticated_at.isoformat(),
            "keyed_pid": acting.keyed_pid(db()),
        }  # fmt: skip
        return Given(version.hash, statement, Method.IDPORTEN, evidence)
    shown = acting.use(db(), code) if code else None
    if shown is None:
        return None
    return Given(version.hash, statement, METHODS[shown.channel], {"channel": shown.channel.value, "to": shown.to})


def _statement(version: VersionRow, signer: str) -> str:
    """Answer the words that one says yes to, in the language of the text."""
    document = document_of(version)
    return f"{yes_words(document, signer, version.language)} {document['consent']}"


def _stale(found: Me, version: VersionRow | None, seen: str) -> Response:
    """Show what has changed since the text was read, or that its time is over; nothing was signed."""
    read = next((one for one in queries.versions(db(), found.row) if one.hash == seen), None)
    shown = stale_page(
        found.row.id, document_of(read) if read else {}, document_of(version) if version is not None else {},
        is_late=version is not None and version.hash == seen,
    )  # fmt: skip
    return page("agreements/stale.html", shown, status=409)


@bp.post("/<language:lang>/avtale/<agreement:agreement_id>/signer/kommunen")
@allows(Permission.WORK_AGREEMENTS)
def sign_for_municipality(lang: str, agreement_id: str) -> Response:
    """Sign for the municipality, and for nobody else, as the account that is signed in."""

    def given(found: Me, version: VersionRow) -> Given:
        evidence = {"staff": found.staff, "level": caller().assurance.name.lower()}
        return Given(version.hash, _statement(version, MUNICIPALITY), Method.STAFF, evidence)

    return _sign(agreement_id, SignForm(), lambda: me(agreement_id, is_held=True), given)


@bp.get("/<language:lang>/avtale/<agreement:agreement_id>/signer/nei")
@allows(Permission.TAKE_PART)
@reading
def ask_no(lang: str, agreement_id: str) -> Response:
    """Ask whether one wants to say why, which one need not."""
    found, _ = my_party(agreement_id)
    version = queries.to_sign(db(), found.row)
    if version is None or found.id not in signing.signing_of(db(), found.row, version).missing:
        raise ConflictError("there is nothing to sign")
    return page("agreements/decline.html", _sign_page(found, version), form=DeclineForm())


@bp.post("/<language:lang>/avtale/<agreement:agreement_id>/signer/nei")
@allows(Permission.TAKE_PART)
@writing
def say_no(lang: str, agreement_id: str) -> Response:
    """Do not sign: it goes back to settling, and those who have signed are told."""
    found, party = my_party(agreement_id, is_held=True)
    version, form = queries.to_sign(db(), found.row), DeclineForm()
    if version is None:
        raise ConflictError("there is nothing to sign")
    if not form.validate():
        return page("agreements/decline.html", _sign_page(found, version), form=form, status=422)
    if form.text("seen") and form.text("seen") != version.hash:
        return _stale(found, version, form.text("seen"))
    signing.decline(
        db(), found.row, version, party, at=now(), reason=form.text("reason"), is_shared=bool(form["is_shared"].data)
    )
    return make_response(redirect(f"{base_of(agreement_id)}/", 303))
