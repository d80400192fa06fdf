"""The words of a foreign Questionnaire: in which languages they stand, and what of them fits into a field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.content.domain.fields import UNSEEN
from webapp.kernel.language import LANGUAGES
from webapp.selfchecks.fhir.report import WHOLE, Report
from webapp.selfchecks.fhir.terms import TRANSLATION

OURS = {"nb": "nb", "no": "nb", "nn": "nn", "en": "en"}


def our_language(code: object) -> str:
    """Answer which of our languages a code of FHIR means; empty where it is another."""
    return OURS.get(code.replace("_", "-").split("-")[0].lower(), "") if isinstance(code, str) else ""


def text_in(holder: Mapping[str, Any], name: str) -> str:
    """Answer a text; empty where there is none."""
    found = holder.get(name)
    return found if isinstance(found, str) else ""


def extensions_of(holder: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer the extensions of a part, as far as they are any."""
    found = holder.get("extension")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


@dataclass(frozen=True, slots=True)
class Wording:
    """Reads texts that were written in one language, with translations beside them."""

    language: str
    report: Report

    def of(self, holder: Mapping[str, Any], name: str, link: str, *, most: int, lines: bool = True) -> dict[str, str]:
        """Answer a text by our languages; empty where there is none."""
        written = text_in(holder, name)
        found = {self.language: written} if self.language in LANGUAGES else {}
        beside = holder.get(f"_{name}")
        for code, words in _translations(beside):
            if ours := our_language(code):
                found.setdefault(ours, words)
            else:
                self.report.lost(WHOLE, f"texts in '{code}' are left out", "the languages here are nb, nn and en")
        fitted = {code: self._fitted(words, link, most, lines=lines) for code, words in found.items()}
        for extension in extensions_of(beside) if isinstance(beside, dict) else ():
            if extension.get("url") != TRANSLATION:
                self.report.lost(
                    link, f"the look of a text is left out ({extension.get('url')})"[:300], "nothing to do"
                )
        known = {code: fitted[code] for code in LANGUAGES if fitted.get(code)}
        if not known.get("nb"):
            first = next(iter(known.values()), "") or self._fitted(written, link, most, lines=lines)
            if not first:
                return {}
            self.report.lost(WHOLE, "there is no bokmål", "translate what stands under nb: it is in another language")
            known = {"nb": first, **known}
        return known

    def _fitted(self, words: str, link: str, most: int, *, lines: bool) -> str:
        text = UNSEEN.sub(" ", words.replace("\r\n", "\n").replace("\t", " ")).strip()
        text = text if lines else " ".join(text.split())
        if len(text) > most:
            self.report.lost(link, f"a text of {len(text)} characters is cut", f"shorten it to {most}")
        return text[:most].strip()


def _translations(part: object) -> Iterator[tuple[str, str]]:
    for extension in extensions_of(part) if isinstance(part, dict) else ():
        if extension.get("url") == TRANSLATION:
            inner = {one.get("url"): one for one in extensions_of(extension)}
            yield text_in(inner.get("lang", {}), "valueCode"), text_in(inner.get("content", {}), "valueString")
