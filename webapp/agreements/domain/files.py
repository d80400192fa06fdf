"""What a PDF that somebody uploads turns out to be: by its own seal, and by what the register says of its text."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What is said of a file; never what stands in it."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    ENDED = "ended"
    APPENDED = "appended"
    CHANGED = "changed"
    NOT_OURS = "not_ours"
    NOT_A_PDF = "not_a_pdf"


_OF_SEAL = {
    "appended": Verdict.APPENDED,
    "changed": Verdict.CHANGED,
    "other_seal": Verdict.NOT_OURS,
    "no_seal": Verdict.NOT_OURS,
    "not_a_pdf": Verdict.NOT_A_PDF,
}
_OF_REGISTER = {
    "in_force": Verdict.CURRENT,
    "superseded": Verdict.SUPERSEDED,
    "ended": Verdict.ENDED,
}


def judge(seal: str, state: str | None, base_state: str | None = None) -> Verdict:
    """Answer what a file is; a change of single lines is only as current as the version that it changes."""
    if seal != "genuine":
        return _OF_SEAL.get(seal, Verdict.NOT_OURS)
    found = _OF_REGISTER.get(state or "", Verdict.NOT_OURS)
    return _OF_REGISTER.get(base_state, found) if found is Verdict.CURRENT and base_state else found
