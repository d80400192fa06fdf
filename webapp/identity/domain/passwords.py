"""Passwords: how long, how hard to guess (P1), and how they are hashed."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from threading import BoundedSemaphore
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from zxcvbn import zxcvbn

LEAST, MOST = 8, 128
GUESSED_PART = 72
"""So much of a password is looked at when its strength is judged: judging takes longer the longer it is."""
SAFE_GUESSES = 8
"""A password that takes 10^8 guesses stands against guessing through the front door, where tries are counted."""
COMMON = (
    "avklart", "passord", "velkommen", "hemmelig", "kommune", "kommunen", "saksbehandler", "redaktor", "administrator",
    "januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "desember", "vår", "sommer", "høst", "haust", "vinter", "mandag", "fredag", "lørdag", "norge", "noreg", "qwerty",
    "jul", "påske", "fotball", "hytta", "hjemmetjenesten", "heimetenesta", "sykehjem", "sjukeheim", "omsorg",
)  # fmt: skip
"""Words that many here would choose; with a year or a sign behind them they are guessed first."""


class PasswordFault(StrEnum):
    """Why a password cannot be chosen."""

    SHORT = "short"
    LONG = "long"
    EASY = "easy"


def normal(password: str) -> str:
    """Answer the one form of a password, however the keyboard composed its letters: å is one sign, not two."""
    return normalize("NFC", password)


def fault_of(password: str, about: Sequence[str] = ()) -> PasswordFault | None:
    """Answer why a password cannot be chosen, or None; `about` is what is known of the person and the place."""
    chosen = normal(password)
    if len(chosen) < LEAST:
        return PasswordFault.SHORT
    if len(chosen) > MOST:
        return PasswordFault.LONG
    known = [word for text in about for word in (text, *text.replace("@", " ").replace(".", " ").split())]
    guess = zxcvbn(chosen[:GUESSED_PART], user_inputs=[*COMMON, *known], max_length=GUESSED_PART)
    return PasswordFault.EASY if float(guess["guesses_log10"]) < SAFE_GUESSES else None


class Hasher:
    """Hashes passwords and one-time codes with argon2id.

    64 MiB and three rounds take at least 100 ms on the machines that municipalities run (`make bench` tells of
    this one): somebody who stole the hashes can try ten a second and core instead of billions, and somebody who logs
    in does not notice. At most two are made at a time in a process, so that many who log in at once do not take
    the memory of all.
    """

    def __init__(self, *, memory_mib: int = 64, rounds: int = 3) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_mib * 1024, parallelism=1)
        self._turn = BoundedSemaphore(2)
        self._nobodys = self.hash("nobody's")

    def hash(self, secret: str) -> str:
        """Answer the hash of a secret, with a salt of its own."""
        with self._turn:
            return self._hasher.hash(normal(secret))

    def fits(self, secret: str, hashed: str | None) -> bool:
        """Tell whether a secret is the one that was hashed; takes as long where there is no hash (P2)."""
        is_usable = len(secret) <= 4 * MOST and len(normal(secret)) <= MOST
        with self._turn:
            try:
                self._hasher.verify(hashed or self._nobodys, normal(secret) if is_usable else "")
            except (Argon2Error, InvalidHashError):
                return False
        return is_usable and bool(hashed)

    def is_outdated(self, hashed: str) -> bool:
        """Tell whether a hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(hashed)
