"""Signing: who must sign a version, by which means, and when it is in force."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from webapp.agreements.domain.parties import RESIDENTS_SIDE, Party, PartyKind, present
from webapp.kernel.errors import ConflictError, NotAllowedError


class Method(StrEnum):
    """How somebody showed that it was they who signed."""

    CODE_SMS = "code_sms"
    CODE_EMAIL = "code_email"
    CODE_HANDED = "code_handed"
    IDPORTEN = "idporten"
    PAPER = "paper"
    """On paper before a witness, registered by staff."""
    STAFF = "staff"
    """A caseworker for the municipality, signed in with the account's own factors."""


class Required(StrEnum):
    """What the municipality asks for, at the least, of those who sign."""

    CODE = "code"
    IDPORTEN = "idporten"


@dataclass(frozen=True, slots=True)
class Signing:
    """A version that waits for signatures: whose, and who has been left out of it."""

    hash: str
    parties: tuple[Party, ...]
    left_out: frozenset[str] = frozenset()
    is_with_municipality: bool = True
    is_cooperation: bool = False
    """The resident cannot consent, and nobody represents them: caregivers and the municipality sign, as it says."""
    signed: frozenset[str] = frozenset()

    @property
    def allowed(self) -> tuple[Party, ...]:
        """Answer everybody who may sign: who has not left, is not left out, and is a party."""
        return tuple(
            party for party in present(self.parties)
            if party.id not in self.left_out and (self.is_with_municipality or not party.is_municipality)
        )  # fmt: skip

    @property
    def signers(self) -> tuple[Party, ...]:
        """Answer everybody whose signature the version waits for, or has.

        Where somebody represents the resident, that one signs; the resident may, and need not, as where nobody can.
        """
        need_not = self.is_cooperation or any(party.kind is PartyKind.REPRESENTATIVE for party in self.allowed)
        return tuple(
            party for party in self.allowed
            if party.kind is not PartyKind.RESIDENT or not need_not or party.id in self.signed
        )  # fmt: skip

    @property
    def missing(self) -> frozenset[str]:
        """Answer whose signature is not there yet."""
        return frozenset(party.id for party in self.signers) - self.signed


def is_complete(signing: Signing) -> bool:
    """Tell whether a version is in force: the resident's side, one other person, and everyone not left out have signed.

    The resident and who represents them are one side, and agree with nobody yet. In a cooperation agreement the two
    are the municipality and a caregiver.
    """
    kinds = {party.kind for party in signing.signers if party.id in signing.signed}
    if signing.is_cooperation:
        is_between_two = kinds >= {PartyKind.MUNICIPALITY, PartyKind.CAREGIVER}
    else:
        is_between_two = bool(kinds & RESIDENTS_SIDE) and bool(kinds - RESIDENTS_SIDE)
    return is_between_two and not signing.missing


def require_may_sign(signing: Signing, party: str, seen_hash: str) -> None:
    """Raise ConflictError for a text that is not the one that was seen, NotAllowedError for who is not to sign it."""
    if seen_hash != signing.hash:
        raise ConflictError("the text has changed since it was shown")
    if party not in {one.id for one in signing.allowed}:
        raise NotAllowedError("this version does not wait for this signature")


def require_own_contact(kind: PartyKind, method: Method, *, is_confirmed: bool, is_with_municipality: bool) -> None:
    """Raise NotAllowedError for a resident whose telephone or e-mail somebody else typed and nobody has checked.

    A code would show no more than that somebody has that telephone. ID-porten, and paper before a witness, do.
    """
    is_sure = is_confirmed or method in {Method.IDPORTEN, Method.PAPER}
    if kind is PartyKind.RESIDENT and is_with_municipality and not is_sure:
        raise NotAllowedError("the contact data of the resident is not confirmed")


def is_enough(method: Method, required: Required) -> bool:
    """Tell whether a method is as sure as the municipality asks; paper before a witness always is."""
    return required is Required.CODE or method in {Method.IDPORTEN, Method.PAPER, Method.STAFF}
