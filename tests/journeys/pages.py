"""The kinds of public pages: where one of each is read, and what only such a page shows."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.kernel.language import LANGUAGES

FJORDVIK = "fjordvik.localhost"
DALSBYGD = "dalsbygd.localhost"
WORDS = {
    "nb": {"snow": "sn%C3%B8", "fell": "falt", "start": "tr"},
    "nn": {"snow": "sn%C3%B8", "fell": "fall", "start": "tr"},
    "en": {"snow": "snow", "fell": "fell", "start": "sa"},
}
"""What a reader of each language writes in a search field."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page: its name, its path after the language, a selector for what only it shows."""

    name: str
    path: str
    shows: str
    status: int = 200
    languages: tuple[str, ...] = LANGUAGES
    is_fjordviks: bool = False
    """Whether only Fjordvik has what the page shows."""

    def address(self, language: str) -> str:
        """Answer host and path: Dalsbygd for nynorsk, Fjordvik for the others."""
        host = FJORDVIK if language != "nn" or self.is_fjordviks else DALSBYGD
        return f"{host}/{language}/{self.path.format(**WORDS[language])}"

    def __str__(self) -> str:
        return self.name


KINDS = (
    Kind("home", "", ".home .choices"),
    Kind("abc", "abc/", ".letter .link-list"),
    Kind("situation", "abc/?situasjon=noe-har-skjedd", ".first-things"),
    Kind("entry", "abc/fall", "article .section--yourself"),
    Kind("sensitive entry", "abc/vold-og-overgrep", "[data-quick-exit]"),
    Kind("entry in another language", "abc/fastlege", "p.notice + article[lang=nb]", languages=("nn", "en")),
    Kind("services", "tjenester/", ".link-list--notes"),
    Kind("service", "tjenester/hjemmesykepleie", ".contents"),
    Kind("signpost", "tjenester/barnevern", "main:not(:has(.contents)) article .call"),
    Kind("staircase", "innsatstrapp", ".staircase__step"),
    Kind("tasks", "hvem-gjor-hva", ".task-list"),
    Kind("answers", "hvem-gjor-hva?q={snow}", ".answers .answer .answer__title"),
    Kind("task normally", "hvem-gjor-hva/gi-medisin", ".answer--normally"),
    Kind("task sometimes", "hvem-gjor-hva/bestille-bleier", ".answer--sometimes"),
    Kind("task normally not", "hvem-gjor-hva/hage", ".answer--not-normally .contact-list"),
    Kind("aids", "hjelpemidler", ".link-list--notes"),
    Kind("aid with figures", "hjelpemidler/trygghetsalarm", "#tall", is_fjordviks=True),
    Kind("offers", "tilbud", ".link-list--notes"),
    Kind("offer with dates", "tilbud/parorendeskole-demens", "#datoer + ul", is_fjordviks=True),
    Kind("places", "moteplasser", ".place"),
    Kind("search", "sok?q={fell}", ".results ol"),
    Kind("search without hit", "sok?q=zzzzqqq", ".results [data-announce] strong"),
    Kind("suggestions", "sok/forslag?q={start}", ".suggestions"),
    Kind("my plan", "min-plan", ".my-plan__ready"),
    Kind("ready-made plan", "min-plan/ny-som-parorende", ".todo [data-point]"),
    Kind("numbers", "nodnummer", ".numbers--urgent"),
    Kind("hand-out", "utdeling", ".handout fieldset"),
    Kind("without net", "frakoblet", ".numbers--urgent"),
    Kind("glossary", "ordliste", ".glossary"),
    Kind("further languages", "andre-sprak/", ".choices [lang=ar]"),
    Kind("right to left", "andre-sprak/ar", "article[dir=rtl]"),
    Kind("suggestion", "foresla", "main form textarea"),
    Kind("said and changed", "dere-sa-vi-endret", "#endringer", languages=("nn",)),
    Kind("text", "om", ".prose h2"),
    Kind("young", "ung", "[data-quick-exit]"),
    Kind("not found", "finnes-ikke", ".search-field", status=404),
)
BY_NAME = {kind.name: kind for kind in KINDS}
EVERY = [(kind, language) for kind in KINDS for language in kind.languages]
"""Each kind of page in each of its languages."""
